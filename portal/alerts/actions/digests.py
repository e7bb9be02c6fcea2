"""Digests: when somebody's hour has come, what is new for them since the last time; nothing new, no mail."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from sqlalchemy import Row, select, update

from portal.alerts import emails
from portal.alerts.actions.composing import Edition, hold, tell, unheard
from portal.alerts.models import AlertSetting, DigestRun
from portal.alerts.queries.many import Found, of_members
from portal.alerts.queries.slots import next_slot
from portal.db import changed, db, insert_into
from portal.jobs.queries.wanted import Wanted, live
from portal.members.models import Member

AT_A_TIME = 4_000
"""Members in one transaction: for as long as it writes, others that write wait."""


@dataclass
class Run:
    """One way through what is due now. `edition`: the mail of it, once there are many."""

    now: datetime
    edition: Edition | None = None

    @cached_property
    def wanted(self) -> Sequence[Wanted]:
        """All openings that members may hear of, the newest first, early ones before all others."""
        return sorted(live(self.now), key=lambda one: one.state_at(self.now) != "early")


def some(run: Run, limit: int = AT_A_TIME) -> int | None:
    """The next members whose hour has come. Returns how many get a mail; None if nobody is left. The caller commits."""
    now = run.now
    due = _due(now, limit)
    if not due:
        return None
    found = of_members(run.wanted, [row.member_id for row in due], now)
    hold([row.member_id for row in due])
    slots = _still(due)
    new = unheard([each for each in found if each.member_id in slots])
    deliveries = tell(new, _edition(run, new, len(due) == limit), now)
    _record(slots, new, deliveries)
    _move_on([row for row in due if row.member_id in slots], now)
    return len(deliveries)


def _due(now: datetime, limit: int) -> "Sequence[Row[int, datetime | None, str, int, int, str]]":
    columns = AlertSetting.member_id, AlertSetting.next_at, AlertSetting.every, AlertSetting.weekday, AlertSetting.hour
    rows = select(*columns, Member.time_zone).join(Member, Member.id == AlertSetting.member_id)
    due = rows.where(AlertSetting.next_at <= now).order_by(AlertSetting.next_at, AlertSetting.member_id)
    return db.session.execute(due.limit(limit)).all()


def _still(due: "Sequence[Row[int, datetime | None, str, int, int, str]]") -> dict[int, datetime]:
    """The hours of those who are due still: another worker may have been quicker. Since `hold`."""
    rows = select(AlertSetting.member_id, AlertSetting.next_at)
    theirs = rows.where(AlertSetting.member_id.in_([row.member_id for row in due]))
    now_is = {row.member_id: row.next_at for row in db.session.execute(theirs)}
    return {row.member_id: row.next_at for row in due if row.next_at and now_is.get(row.member_id) == row.next_at}


def _edition(run: Run, new: Sequence[Found], more: bool) -> Edition:
    """Of a few members only what they get, so that no mailing holds parts in vain; of many, one mailing for all."""
    if run.edition is None and more:
        run.edition = Edition(emails.DIGEST, run.wanted)
    if run.edition is not None:
        return run.edition
    ids = {one.id for each in new for one in each.wanted}
    return Edition(emails.DIGEST, [one for one in run.wanted if one.id in ids])


def _record(slots: Mapping[int, datetime], new: Sequence[Found], deliveries: Mapping[int, int]) -> None:
    """One row for each member and hour, also where nothing was new."""
    items = {each.member_id: len(each.wanted) for each in new}
    rows = [
        {"member_id": id, "slot": slot, "delivery_id": deliveries.get(id), "items": items.get(id, 0)}
        for id, slot in slots.items()
    ]
    if rows:
        db.session.execute(insert_into(DigestRun).on_conflict_do_nothing(), rows)


def _move_on(due: "Sequence[Row[int, datetime | None, str, int, int, str]]", now: datetime) -> None:
    """To the next hour of each, by their clock of today."""
    by_time: dict[datetime | None, list[int]] = defaultdict(list)
    for row in due:
        by_time[next_slot(row.every, row.weekday, row.hour, row.time_zone, now)].append(row.member_id)
    for at, ids in by_time.items():
        mine = update(AlertSetting).where(AlertSetting.member_id.in_(ids)).values(next_at=at)
        changed(mine.execution_options(synchronize_session=False))
