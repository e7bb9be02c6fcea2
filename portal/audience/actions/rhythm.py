"""When mail may come to somebody: kept as times, because databases know no time zones."""

from datetime import datetime
from zoneinfo import ZoneInfoNotFoundError

import structlog
from sqlalchemy import select, update

from portal.audience.models import Rhythm
from portal.audience.queries.hours import Hours, Span, beginning, minute, span
from portal.db import db, insert_into
from portal.mail import waiting
from portal.members.models import Member

log = structlog.get_logger(__name__)


def keep(member_id: int, now: datetime) -> None:
    """Bring `rhythm_id` and `paused_until` in line with the hours, weekdays, zone and pause that a member set.

    Call it after changing those. What is held for them is looked at again. Raises ZoneInfoNotFoundError.
    """
    columns = Member.time_zone, Member.mail_opens, Member.mail_closes, Member.weekdays, Member.pause_until
    zone, opens, closes, weekdays, pause = db.session.execute(select(*columns).filter_by(id=member_id)).one()
    hours = Hours(zone, opens, closes, weekdays)
    kept = {
        "rhythm_id": None if hours.always else _rhythm(hours, now),
        "paused_until": beginning(pause, zone) if pause else None,
    }
    db.session.execute(update(Member).filter_by(id=member_id).values(kept))
    waiting.unhold(member_id)


def _rhythm(hours: Hours, now: datetime) -> int:
    """The row of these hours, shared by all who chose them; another may be adding it just now."""
    key = {
        "time_zone": hours.time_zone, "mail_opens": hours.opens, "mail_closes": hours.closes, "weekdays": hours.weekdays
    }  # fmt: skip
    row = insert_into(Rhythm).values(**key, **_times(span(hours, minute(now))))
    db.session.execute(row.on_conflict_do_nothing())
    return db.session.scalars(select(Rhythm.id).filter_by(**key)).one()


def _times(found: Span) -> dict[str, datetime]:
    return {"opens_at": found.opens_at, "closes_at": found.closes_at, "next_at": found.next_at}


def refresh(now: datetime) -> int:
    """Bring the times up to date of those hours that have closed. Returns how many had.

    A row whose zone this machine does not know any more stays as it is, and holds what it holds.
    """
    over = select(Rhythm).where(Rhythm.closes_at <= now).order_by(Rhythm.id)  # in order: two workers do not deadlock
    rows = db.session.scalars(over.execution_options(populate_existing=True)).all()
    for row in rows:
        hours = Hours(row.time_zone, row.mail_opens, row.mail_closes, row.weekdays)
        try:
            times = _times(span(hours, minute(now)))
        except (ZoneInfoNotFoundError, ValueError):
            log.exception("hours in a time zone that is not known hold all mail back", zone=row.time_zone)
            continue
        mine = update(Rhythm).where(Rhythm.id == row.id, Rhythm.closes_at <= now)
        db.session.execute(mine.values(times))
    return len(rows)
