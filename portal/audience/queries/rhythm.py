"""Until when a mail is held, and nothing else stands against it: as SQL and as plain Python, like the reasons.

What a pause and a member's hours mean for each purpose is said here and nowhere else.
"""

from datetime import datetime, timedelta
from functools import lru_cache

from sqlalchemy import ColumnElement, and_, case, exists, func, literal, null, select

from portal.audience.models import Rhythm
from portal.audience.queries.hours import Hours, minute, span
from portal.mail.models import FREE, Delivery, Mailing
from portal.members.models import Member

SKIP, WAIT = "skip", "wait"
PAUSE = {"newsletter": SKIP, "job_alerts": SKIP, "check_ins": WAIT}
"""A newsletter that is weeks old helps nobody, and what an alert would have said is in the next digest. A note from a
person is worth waiting for. `account` and `applications` know neither pause nor hours."""
UNKNOWN = timedelta(minutes=15)
"""How long to wait for times that nobody has brought up to date: without them nothing goes."""


def paused(purpose: ColumnElement[str], now: datetime, *, means: str) -> ColumnElement[bool]:
    """Whether this `member` of the enclosing query has paused, and that means this (`skip`, `wait`) for a purpose."""
    of_kind = purpose.in_([name for name, meaning in PAUSE.items() if meaning == means])
    return and_(of_kind, Member.paused_until.is_not(None), Member.paused_until > minute(now))


def is_paused(member: Member, purpose: str, now: datetime, *, means: str) -> bool:
    """The plain twin of `paused`."""
    return PAUSE.get(purpose) == means and member.paused_until is not None and member.paused_until > minute(now)


def held(purpose: ColumnElement[str], now: datetime) -> ColumnElement[datetime | None]:
    """Until when mail of a purpose to this `member` of the enclosing query waits; NULL if it may come now.

    By hours and weekdays alone that is never more than a week (`Hours`).
    """
    at, of_member = minute(now), Rhythm.id == Member.rhythm_id
    time = Rhythm.opens_at.type
    next_ = case((Rhythm.opens_at > at, Rhythm.opens_at), (Rhythm.next_at > at, Rhythm.next_at))
    opening = select(next_).where(of_member).correlate(Member).scalar_subquery()
    is_open = exists().where(of_member, Rhythm.opens_at <= at, Rhythm.closes_at > at).correlate(Member)
    return case(
        (purpose.in_(FREE), null()),
        (paused(purpose, now, means=WAIT), Member.paused_until),
        (Member.rhythm_id.is_(None), null()),
        (is_open, null()),
        else_=func.coalesce(opening, literal(at + UNKNOWN, time), type_=time),
    )


def hold(now: datetime) -> ColumnElement[datetime | None]:
    """Until when a delivery of the enclosing query waits; NULL if it may go now, or there is nobody to disturb."""
    return _hold(minute(now))


@lru_cache(maxsize=8)
def _hold(at: datetime) -> ColumnElement[datetime | None]:
    return (
        select(held(Mailing.purpose.expression, at))
        .select_from(Mailing)
        .join(Member, Member.id == Delivery.member_id)
        .where(Mailing.id == Delivery.mailing_id)
        .correlate(Delivery)
        .scalar_subquery()
    )


def held_until(member: Member, purpose: str, now: datetime) -> datetime | None:
    """Until when mail of a purpose waits, None if it may come now: the plain twin of `held`, from what they set.

    Raises ZoneInfoNotFoundError.
    """
    if purpose in FREE:
        return None
    if is_paused(member, purpose, now, means=WAIT):
        return member.paused_until
    hours = Hours(member.time_zone, member.mail_opens, member.mail_closes, member.weekdays)
    if hours.always:
        return None
    opens_at = span(hours, minute(now)).opens_at
    return None if opens_at <= now else opens_at
