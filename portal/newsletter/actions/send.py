"""The button: send what somebody has looked at, and nothing else; or ask a second person first."""

import hashlib
import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select, update

from portal.audience.files import Segment
from portal.audience.queries import dump
from portal.db import db
from portal.languages import gettext as _
from portal.newsletter import files
from portal.newsletter.actions import ready
from portal.newsletter.actions.needs import AlreadySent, Need, NotReady, again
from portal.newsletter.actions.ready import Letter
from portal.newsletter.actions.schedule import Order, schedule
from portal.newsletter.models import Approval, Campaign, Issue
from portal.newsletter.queries import letters
from portal.staff.actions.audit import note
from portal.staff.models import Recruiter
from portal.staff.queries import by_id
from portal.writing.models import DESK, Piece


@dataclass(frozen=True)
class Seen:
    """What whoever presses the button had before them: the version of the words, and the rule of who gets it, by its
    mark."""

    version_id: int
    rule: str


class Changed(Exception):
    """The words or the rule are others than those that somebody looked at. Its text says which."""


def mark(rule: dict[str, Any]) -> str:
    """By which a rule, as JSON holds it, is known again."""
    return hashlib.sha256(json.dumps(rule, sort_keys=True).encode()).hexdigest()[:32]


def send(slug: str, seen: Seen, me: Recruiter, spread_hours: int, now: datetime) -> Campaign:
    """Schedule a newsletter as it was seen. Raises Changed, NotReady (AlreadySent), ContentError, outbox.TooLong."""
    letter, segment, sender = _as_seen(slug, seen, me, now)
    order = Order(me, sender, wrote(letter), spread_hours)
    return schedule(_issue(letter.piece, now), segment, letter.at(now), now, order)


def ask(slug: str, seen: Seen, me: Recruiter, spread_hours: int, now: datetime) -> Approval:
    """Ask a second person to say yes to what was seen. Raises as `send`."""
    letter, segment, sender = _as_seen(slug, seen, me, now)
    row = Approval(
        slug=slug,
        version_id=letter.version.id,
        segment=segment.slug,
        rule=dump(segment.rule),
        sender_id=sender.id if sender else None,
        send_at=letter.at(now),
        spread_hours=spread_hours,
        asked_by=me.id,
        asked_at=now,
    )
    db.session.add(row)
    db.session.flush()
    note(me, "approval.ask", "approval", row.id, now, issue=slug, segment=row.segment)
    return row


def answer(approval: Approval, me: Recruiter, yes: bool, words: str, now: datetime) -> Campaign | None:
    """Say yes, and it is sent as it was asked for, or no. Raises as `send`, also where what was asked for is no longer
    what the newsletter says."""
    _hold(approval.slug)
    db.session.refresh(approval)
    if approval.answered_at is not None:
        raise NotReady(Need(_("This has been answered already.")))
    approval.answered_by, approval.answered_at, approval.answer, approval.words = me.id, now, yes, words
    note(me, "approval.yes" if yes else "approval.no", "approval", approval.id, now, issue=approval.slug)
    if not yes:
        return None
    asker = by_id(approval.asked_by)
    if asker is None:
        raise NotReady(Need(_("Whoever asked has left. Somebody else has to send it.")))
    seen = Seen(approval.version_id, mark(approval.rule))
    campaign = send(approval.slug, seen, asker, approval.spread_hours, now)
    approval.campaign_id = campaign.id
    return campaign


def wrote(letter: Letter) -> Recruiter | None:
    """Who began it; None for one that was a file."""
    return db.session.get(Recruiter, letter.piece.owner_id) if letter.piece.owner_id else None


def _as_seen(slug: str, seen: Seen, me: Recruiter, now: datetime) -> tuple[Letter, Segment, Recruiter | None]:
    """What it says now, held fast, if that is what was seen and nothing stands against it."""
    _hold(slug)
    letter = ready.letter(slug)
    if letter is None or letter.version.id != seen.version_id:
        raise Changed(_("The words were changed since you looked. Look again, then send."))
    draft, people = letter.draft(now), letters.names(me, letter.about)
    audience = letter.audience(now, when=False)
    match, around = audience.match if audience else 0, letters.around(slug, letter.chosen)
    lacks = [n for n in ready.needed(letter, draft, match, me, people, around, now) if n.blocks]
    if around.first and letter.segment:
        raise AlreadySent(around.first, again(letter.subject, letter.segment, around.first, me.time_zone))
    if lacks or letter.segment is None:
        raise NotReady(*lacks)
    if mark(dump(letter.segment.rule)) != seen.rule:
        raise Changed(_("Who gets it was changed since you looked. Look again, then send."))
    sender = ready.sender_of(letter, people)
    return letter, letter.segment, sender.recruiter if sender else None


def _hold(slug: str) -> None:
    """Nobody saves other words, or sends the same, until this is done."""
    db.session.flush()
    same = update(Piece).where(Piece.kind == letters.KIND, Piece.slug == slug).values(home=Piece.home)
    db.session.execute(same.execution_options(synchronize_session=False))


def _issue(piece: Piece, now: datetime) -> Issue:
    if piece.home == DESK:
        return files.settle(piece, now)
    found = db.session.scalar(select(Issue).filter_by(slug=piece.slug))
    if found is None:
        raise NotReady(Need(_("This newsletter is not in the database yet: run “portal content sync”.")))
    return found
