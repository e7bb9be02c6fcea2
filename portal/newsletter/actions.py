"""Scheduling an issue: freeze its words, give everybody whom the segment selects a delivery. And taking it back."""

from dataclasses import dataclass, replace
from datetime import datetime
from html import escape
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, case, literal, select

from portal import content
from portal.audience.files import Segment
from portal.audience.queries import dump, missing, reach, recipients, segment_clause
from portal.audience.queries.segments import Group
from portal.db import db
from portal.insights.queries import newest
from portal.mail import outbox
from portal.mail.encoding import FIELD
from portal.members.models import Member
from portal.newsletter import emails
from portal.newsletter.models import Campaign, Issue


class NotReady(Exception):
    """Why an issue can't be scheduled, in sentences that say what to do."""

    def __init__(self, *problems: str) -> None:
        super().__init__(" ".join(problems))
        self.problems = problems


@dataclass(frozen=True)
class Draft:
    """An issue laid out as it would go now."""

    parts: list[emails.Part]
    words: outbox.Words


def draft(issue: Issue, now: datetime) -> Draft:
    """Lay an issue out. Raises MarkdownError, SegmentError."""
    parts = emails.parts(issue.source, newest(now.date(), emails.NEWEST))
    pieces = [part.piece for part in parts]
    return Draft(parts, emails.words(issue.slug, issue.subject, issue.preview, issue.sender, pieces))


def lacking(draft: Draft, segment: Segment, now: datetime) -> dict[str, int]:
    """Merge fields without a fallback, and how many people of the segment have no value for them."""
    texts = [draft.words.subject, *(piece.text for piece in draft.words.pieces)]
    bare = {found[1] for text in texts for found in FIELD.finditer(text) if found[2] is None}
    counts = {name: missing(segment.rule, "newsletter", name, now) for name in sorted(bare)}
    return {name: count for name, count in counts.items() if count}


def share(part: emails.Part, segment: Segment, now: datetime) -> int:
    """How many of those whom the segment reaches get this part."""
    both = Group("all", (segment.rule, part.rule))
    return reach(both, "newsletter", now).get(None, 0)


def schedule(issue: Issue, segment: Segment, send_at: datetime, now: datetime) -> Campaign:
    """Freeze an issue and queue its deliveries for `send_at`. Raises NotReady, outbox.TooLong.

    Who the segment selects is settled here and now; who of them may be written to, when each is due.
    """
    _refuse_duplicate(issue, segment)
    drawn = draft(issue, now)
    for name, count in lacking(drawn, segment, now).items():
        raise NotReady(f"{count} people have no {name}: write [[{name}|something else]], or leave the field out.")
    rule = dump(segment.rule)
    mailing = outbox.freeze(replace(drawn.words, rule=rule, segment=segment.slug), now)
    campaign = Campaign(
        issue_id=issue.id,
        mailing_id=mailing.id,
        segment=segment.slug,
        rule=rule,
        subject=FIELD.sub(lambda found: found[2] or emails.FIELDS[found[1]], drawn.words.subject),
        page=page(drawn.parts),
        send_at=max(send_at, now),
        created_at=now,
    )
    db.session.add(campaign)
    chosen = recipients(segment.rule, "newsletter", now).with_only_columns(Member.id, mask(drawn.parts, now))
    outbox.queue_all(mailing, chosen, campaign.send_at, now)
    content.touch()
    return campaign


def _refuse_duplicate(issue: Issue, segment: Segment) -> None:
    same = select(Campaign).filter_by(issue_id=issue.id, segment=segment.slug, cancelled_at=None)
    first = db.session.scalar(same)
    if first is not None:
        raise NotReady(
            f"“{issue.slug}” goes to “{segment.slug}” already: campaign {first.id}, {first.send_at:%Y-%m-%d %H:%M} "
            "UTC. Cancel it first, or choose another segment."
        )


def mask(parts: list[emails.Part], now: datetime) -> ColumnElement[int]:
    """Which parts a member gets, as bits, worked out by the database for all at once."""
    bits: ColumnElement[Any] = literal(0, BigInteger)
    for position, part in enumerate(parts):
        bit = literal(1 << position, BigInteger)
        always = dump(part.rule) == emails.EVERYONE
        bits = bits + (bit if always else case((segment_clause(part.rule, now), bit), else_=literal(0, BigInteger)))
    return bits


def page(parts: list[emails.Part]) -> str:
    """The public copy: every part, those for some marked with whom they are for."""
    shown = []
    for part in filter(lambda part: part.page, parts):
        who = f'<p class="meta">{escape(part.label)}</p>' if part.label else ""
        shown.append(f'<section class="part">{who}{part.page}</section>' if who else part.page)
    return "\n".join(shown)


def cancel(campaign: Campaign, now: datetime) -> int:
    """Stop a campaign: nothing that has not begun goes out. Returns how many deliveries were stopped."""
    if campaign.cancelled_at is not None:
        return 0
    campaign.cancelled_at = now
    content.touch()
    return outbox.cancel(campaign.mailing_id, now)
