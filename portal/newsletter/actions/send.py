"""The button: send what somebody has looked at, and nothing else; or ask a second person first."""

import hashlib
import json
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, update

from portal.audience.files import Segment
from portal.audience.queries import dump
from portal.audience.queries.segments import Rule
from portal.db import db
from portal.languages import gettext as _
from portal.newsletter import files
from portal.newsletter.actions.needs import Need, NotReady
from portal.newsletter.actions.ready import Ready, needed, ready
from portal.newsletter.actions.schedule import Order, schedule
from portal.newsletter.models import Approval, Campaign, Issue
from portal.staff.actions.audit import note
from portal.staff.models import Recruiter
from portal.staff.queries import by_id
from portal.writing import queries as writing
from portal.writing.models import DESK, Piece


@dataclass(frozen=True)
class Seen:
    """What whoever presses the button had before them: the version of the words, and the rule of who gets it."""

    version_id: int
    rule: str


class Changed(Exception):
    """The words or the rule are others than those that somebody looked at. Its text says which."""


def mark(rule: Rule) -> str:
    """By which a rule is known again."""
    return hashlib.sha256(json.dumps(dump(rule), sort_keys=True).encode()).hexdigest()[:32]


def send(piece: Piece, seen: Seen, me: Recruiter, spread_hours: int, now: datetime) -> Campaign:
    """Schedule a newsletter as it was seen. Raises Changed, NotReady (AlreadySent), ContentError, outbox.TooLong."""
    found, segment = _as_seen(piece, seen, me, now)
    return schedule(_issue(piece, now), segment, found.send_at() or now, now, order_of(found, me, spread_hours))


def ask(piece: Piece, seen: Seen, me: Recruiter, spread_hours: int, now: datetime) -> Approval:
    """Ask a second person to say yes to what was seen. Raises as `send`."""
    found, segment = _as_seen(piece, seen, me, now)
    row = Approval(
        slug=piece.slug,
        version_id=found.version.id,
        segment=segment.slug,
        rule=dump(segment.rule),
        sender_id=found.sender.id if found.sender else None,
        send_at=max(found.send_at() or now, now),
        spread_hours=spread_hours,
        asked_by=me.id,
        asked_at=now,
    )
    db.session.add(row)
    db.session.flush()
    note(me, "approval.ask", "approval", row.id, now, issue=piece.slug, segment=row.segment)
    return row


def answer(approval: Approval, piece: Piece, me: Recruiter, yes: bool, words: str, now: datetime) -> Campaign | None:
    """Say yes, and it is sent as it was asked for, or no. Raises as `send`, also where what was asked for is no longer
    what the newsletter says."""
    _hold(piece)
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
    seen = Seen(approval.version_id, mark_of(approval))
    campaign = send(piece, seen, asker, approval.spread_hours, now)
    approval.campaign_id = campaign.id
    return campaign


def mark_of(approval: Approval) -> str:
    """The same of the rule that somebody was asked about."""
    return hashlib.sha256(json.dumps(approval.rule, sort_keys=True).encode()).hexdigest()[:32]


def order_of(found: Ready, me: Recruiter, spread_hours: int = 0) -> Order:
    """Through whose hands it goes when this recruiter sends it."""
    owner = db.session.get(Recruiter, found.piece.owner_id) if found.piece.owner_id else None
    return Order(by=me, sender=found.sender, wrote=owner, spread_hours=spread_hours)


def _as_seen(piece: Piece, seen: Seen, me: Recruiter, now: datetime) -> tuple[Ready, Segment]:
    """What it says now, held fast, if that is what was seen and nothing stands against it."""
    _hold(piece)
    version = writing.current(piece)
    if version is None or version.id != seen.version_id:
        raise Changed(_("The words were changed since you looked. Look again, then send."))
    found = ready(piece, version, now)
    audience = found.audience(now)
    lacks = [need for need in needed(found, me, audience.match if audience else 0, now) if need.blocks]
    if lacks or found.segment is None:
        raise NotReady(*lacks)
    if mark(found.segment.rule) != seen.rule:
        raise Changed(_("Who gets it was changed since you looked. Look again, then send."))
    return found, found.segment


def _hold(piece: Piece) -> None:
    """Nobody saves other words, or sends the same, until this is done."""
    db.session.flush()
    same = update(Piece).where(Piece.id == piece.id).values(home=Piece.home)
    db.session.execute(same.execution_options(synchronize_session=False))


def _issue(piece: Piece, now: datetime) -> Issue:
    if piece.home == DESK:
        return files.settle(piece, now)
    found = db.session.scalar(select(Issue).filter_by(slug=piece.slug))
    if found is None:
        raise NotReady(Need(_("This newsletter is not in the database yet: run “portal content sync”.")))
    return found
