"""Who should hear of an opening first: people it is for, with whom there is a relation already.

Warm: they did something here in the last twelve months, or one of us wrote to them personally.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Select, func, select

from portal.alerts.queries import reasons
from portal.alerts.queries.fitting import why_not
from portal.audience.models import ASKED, Eligibility, Slot
from portal.audience.queries.eligibility import since
from portal.audience.queries.facts import PERSONAL, Facts, many
from portal.audience.queries.hiding import hidden
from portal.audience.queries.sample import reasons as chosen
from portal.audience.queries.segments import Rule, parse, segment_clause
from portal.audience.queries.words import PURPOSE_WORDS
from portal.db import db
from portal.jobs.queries.wanted import Wanted
from portal.mail.models import COUNTED, Delivery, Mailing
from portal.members.models import Member
from portal.members.queries import search
from portal.staff.models import Recruiter

DAYS = 365
"""For so long somebody is warm."""
MOST, LOOKED_UP = 50, 8


@dataclass(frozen=True, slots=True)
class Row:
    """A member. `why`: what of what they told us the opening meets; `against`: sentences, if it is not for them.
    `last`: when we were last in touch. `left` of `most`: mails that may still come to them in these 30 days. `agreed`:
    to what, in words."""

    id: int
    name: str
    why: Sequence[str]
    against: Sequence[str]
    last: datetime | None
    left: int
    most: int
    agreed: Sequence[str]


def rule(slug: str) -> Rule:
    """Everybody whom an opening is for and who is warm, as a segment says it."""
    return parse({"all": [{"opening": [slug]}, {"in_touch": {"within_days": DAYS}}]})


def warm(wanted: Wanted, me: Recruiter, now: datetime) -> tuple[list[Row], bool]:
    """Those with whom we were in touch last, the newest first, at most 50, without whom hides from this recruiter; and
    whether there are more. Ten statements at most. Inside `catalogue.at_once`."""
    ids = _newest(wanted, now)
    unseen = hidden(me, ids[:MOST])
    return _rows(wanted, [id for id in ids[:MOST] if id not in unseen], now), len(ids) > MOST


def looked_up(wanted: Wanted, typed: str, me: Recruiter, now: datetime) -> list[Row]:
    """Some members by name, address or skill, as far as this recruiter may see them: why it is for them, or why not."""
    terms = search.terms(typed)
    ids = [found.member.id for found in search.find(terms, None, LOOKED_UP)[:LOOKED_UP]] if terms else []
    unseen = hidden(me, ids)
    return _rows(wanted, [id for id in ids if id not in unseen], now)


def _newest(wanted: Wanted, now: datetime) -> list[int]:
    """By each way of being in touch those that were last, one more than are shown: the newest of all are among them."""
    holds, start = segment_clause(parse({"opening": [wanted.slug]}), now), now - timedelta(days=DAYS)
    here = select(Member.id, Member.contact_at).join(Eligibility, Eligibility.member_id == Member.id)
    here = here.where(Member.contact_at >= start, holds).order_by(Member.contact_at.desc())
    last = func.max(Delivery.first_at)
    written = (
        select(Delivery.member_id, last)
        .join(Mailing, Mailing.id == Delivery.mailing_id)
        .join(Eligibility, Eligibility.member_id == Delivery.member_id)
        .where(Mailing.purpose == PERSONAL, Delivery.state.in_(COUNTED), Delivery.first_at >= start, holds)
        .group_by(Delivery.member_id)
        .order_by(last.desc())
    )
    found: dict[int, datetime] = {}
    for rows in (here, written):
        for id, at in db.session.execute(rows.limit(MOST + 1)):
            if id is not None and at is not None:
                found[id] = max(found.get(id, at), at)
    return sorted(found, key=lambda id: (found[id], id), reverse=True)


def _rows(wanted: Wanted, ids: Sequence[int], now: datetime) -> list[Row]:
    """In their order."""
    known, left = many(ids), _left(ids, now)
    return [_row(wanted, id, *known[id], left[id], now) for id in ids if id in known and id in left]


def _row(wanted: Wanted, id: int, name: str, facts: Facts, left: tuple[int, int], now: datetime) -> Row:
    against = reasons.against(why_not(wanted, facts, now))
    return Row(
        id=id,
        name=name,
        why=() if against else chosen(parse({"opening": [wanted.slug]}), facts, now),
        against=against,
        last=facts.in_touch_at,
        left=max(left[0], 0),
        most=left[1],
        agreed=[str(PURPOSE_WORDS[purpose]) for purpose in ASKED if purpose in facts.agreed],
    )


def _left(ids: Collection[int], now: datetime) -> dict[int, tuple[int, int]]:
    """How many mails may still come to each in these 30 days, and how many they set."""
    used: Select[int, int, int] = (
        select(Member.id, Member.mails_per_month, func.count(Slot.number))
        .outerjoin(Slot, (Slot.member_id == Member.id) & (Slot.taken_at > since(now)))
        .where(Member.id.in_(ids))
        .group_by(Member.id, Member.mails_per_month)
    )
    return {id: (most - count, most) for id, most, count in db.session.execute(used)} if ids else {}
