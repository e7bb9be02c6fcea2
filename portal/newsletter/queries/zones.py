"""What time it is for those who get something."""

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import func, select

from portal.audience.models import Eligibility
from portal.audience.queries import Rule, segment_clause
from portal.db import db
from portal.members.models import Member

MOST_READ = 5_000
"""So many of them are asked where they are: enough to know where most are."""
SHOWN = 3


def elsewhere(rule: Rule, at: datetime, zone: str, now: datetime) -> Sequence[str]:
    """The time zones in which most of those live whom a rule selects, at most three, but those where the clocks say at
    a time what they say in `zone`."""
    here = at.astimezone(ZoneInfo(zone)).utcoffset()
    return [one for one in _zones(rule, now) if at.astimezone(ZoneInfo(one)).utcoffset() != here]


def _zones(rule: Rule, now: datetime) -> Sequence[str]:
    some = select(Eligibility.member_id).where(segment_clause(rule, now)).limit(MOST_READ).subquery()
    number = func.count()
    rows = select(Member.time_zone).join(some, some.c.member_id == Member.id).group_by(Member.time_zone)
    return db.session.scalars(rows.order_by(number.desc(), Member.time_zone).limit(SHOWN)).all()
