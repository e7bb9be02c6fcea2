"""What of all that is for somebody is new to them: announced by no mail, and not linked by the last one either.

A mail shows some openings and links to the rest; both count as heard of. So after a digest only that is new which was
published or changed since then, or was held back; unless they changed what they chose: then others are for them.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import and_, func, or_, select

from portal.alerts.models import AlertSetting, Announcement, DigestRun
from portal.alerts.queries.announced import NOTHING
from portal.alerts.queries.fitting import SOON
from portal.alerts.queries.many import Bits, bits_of
from portal.db import db
from portal.jobs.queries.wanted import Wanted
from portal.mail.models import Delivery
from portal.members.models import Change, Member

AT_A_TIME = 10_000
"""Members named in one statement."""
LONG_AGO = datetime.min.replace(tzinfo=UTC)
MATCHING = frozenset(
    ("interests", "places", "work_modes", "levels", "lives_in", "unwanted_teams", "pay", "available_from")
)
"""Preferences that decide what is for somebody."""


@dataclass(frozen=True, slots=True)
class _Heard:
    """Of some members: when each last got all there was (none: never), who has changed something since, and which
    openings were held back from whom."""

    since: Mapping[int, datetime]
    changed: Collection[int]
    held: Mapping[int, Collection[int]]


def needed(wanted: Sequence[Wanted], ids: Sequence[int], now: datetime) -> tuple[int, set[int]]:
    """What has to be looked at for these members, however many: the bits of openings that may be new to who has had a
    digest and changed nothing since, and for which members all may be new."""
    earliest, anew = now, set[int]()
    for begin in range(0, len(ids), AT_A_TIME):
        some = ids[begin : begin + AT_A_TIME]
        since = _last_good(some)
        others = {id for id in some if id not in since} | _changed(since, now)
        anew |= others
        earliest = min((at for id, at in since.items() if id not in others), default=earliest)
    held = set(db.session.scalars(select(Announcement.posting_id).where(Announcement.held_at.is_not(None)).distinct()))
    return bits_of(wanted, {one.id for one in wanted if _touched(one) >= earliest or one.id in held}), anew


def unheard(wanted: Sequence[Wanted], found: Bits, now: datetime) -> Bits:
    """Of what is for these members what is new to each. At most eight statements."""
    found = {id: bits for id, bits in found.items() if bits}
    if not found:
        return {}
    heard = _heard(list(found), now)
    after = {
        since: bits_of(wanted, {one.id for one in wanted if _touched(one) >= since})
        for since in set(heard.since.values())
    }
    new: Bits = {}
    for id, bits in found.items():
        since = heard.since.get(id)
        if since is not None and id not in heard.changed:
            bits &= after[since] | bits_of(wanted, heard.held.get(id, ()))
        if bits:
            new[id] = bits
    told = _told(wanted, new)
    return {id: left for id, bits in new.items() if (left := bits & ~told.get(id, 0))}


def _heard(ids: Collection[int], now: datetime) -> _Heard:
    since = _last_good(ids)
    rows = select(Announcement.member_id, Announcement.posting_id)
    held: dict[int, set[int]] = {}
    for row in db.session.execute(rows.where(Announcement.held_at.is_not(None), Announcement.member_id.in_(ids))):
        held.setdefault(row.member_id, set()).add(row.posting_id)
    return _Heard(since, _changed(since, now), held)


def _touched(one: Wanted) -> datetime:
    """When it was last published or changed."""
    return max(at for at in (one.publish_at, one.changed_at, LONG_AGO) if at)


def _last_good(ids: Collection[int]) -> dict[int, datetime]:
    """The hour of each one's last digest that was not held back, if only to say nothing."""
    last = select(func.max(DigestRun.slot)).where(DigestRun.member_id == AlertSetting.member_id).correlate(AlertSetting)
    rows = (
        select(DigestRun.member_id, DigestRun.slot, Delivery.state)
        .select_from(AlertSetting)
        .join(DigestRun, and_(DigestRun.member_id == AlertSetting.member_id, DigestRun.slot == last.scalar_subquery()))
        .outerjoin(Delivery, Delivery.id == DigestRun.delivery_id)
        .where(AlertSetting.member_id.in_(ids))
    )
    found = db.session.execute(rows).all()
    bad = [row.member_id for row in found if row.state in NOTHING]
    return {row.member_id: row.slot for row in found if row.state not in NOTHING} | (_earlier(bad) if bad else {})


def _earlier(ids: Collection[int]) -> dict[int, datetime]:
    good = or_(DigestRun.delivery_id.is_(None), Delivery.state.not_in(NOTHING))
    rows = (
        select(DigestRun.member_id, func.max(DigestRun.slot).label("slot"))
        .outerjoin(Delivery, Delivery.id == DigestRun.delivery_id)
        .where(DigestRun.member_id.in_(ids), good)
        .group_by(DigestRun.member_id)
    )
    return {row.member_id: row.slot for row in db.session.execute(rows)}


def _changed(since: Mapping[int, datetime], now: datetime) -> set[int]:
    """Who chose something else since, or has come to be free in time for what names no first day."""
    if not since:
        return set()
    rows = select(Change.member_id, Change.at, Change.after).where(
        Change.member_id.in_(list(since)), Change.at > min(since.values())
    )
    found = {
        row.member_id
        for row in db.session.execute(rows)
        if row.at > since[row.member_id] and not MATCHING.isdisjoint(row.after)
    }
    free = select(Member.id, Member.available_from).where(
        Member.id.in_(list(since)), Member.available_from.is_not(None)
    )
    soon = (now + SOON).date()
    return found | {
        row.id for row in db.session.execute(free) if (since[row.id] + SOON).date() < row.available_from <= soon
    }


def _told(wanted: Sequence[Wanted], new: Bits) -> Bits:
    """By which of these openings each has heard, of those that may be new to them."""
    if not new:
        return {}
    asked = 0
    for bits in new.values():
        asked |= bits
    numbers = {one.id: n for n, one in enumerate(wanted) if asked >> n & 1}
    rows = select(Announcement.member_id, Announcement.posting_id).where(
        Announcement.member_id.in_(list(new)),
        Announcement.posting_id.in_(list(numbers)),
        Announcement.held_at.is_(None),
    )
    told: Bits = {}
    for member_id, posting_id in db.session.execute(rows):
        told[member_id] = told.get(member_id, 0) | 1 << numbers[posting_id]
    return told
