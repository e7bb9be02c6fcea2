"""Digests: when somebody's hour has come, what is new for them since the last time; nothing new, no mail."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property

from sqlalchemy import Row, select, update

from portal.alerts import emails
from portal.alerts.actions.composing import Edition, Found, found, hold, tell, write
from portal.alerts.models import AlertSetting, DigestRun
from portal.alerts.queries.many import FEW, Bits, matched
from portal.alerts.queries.news import needed, unheard
from portal.alerts.queries.slots import next_slot
from portal.db import changed, db
from portal.jobs.queries.wanted import Wanted, live
from portal.members.models import Member

AT_A_TIME = 2_000
"""Members in one transaction: for as long as it writes, others that write wait."""


@dataclass
class Run:
    """One way through what is due now. Once there are many: `edition`, its mail; `matched`, what is for whom."""

    now: datetime
    edition: Edition | None = None
    matched: Bits = field(default_factory=dict)

    @cached_property
    def wanted(self) -> Sequence[Wanted]:
        """All openings that members may hear of, the newest first, early ones before all others."""
        return sorted(live(self.now), key=lambda one: one.state_at(self.now) != "early")

    def bits(self, ids: Sequence[int]) -> Bits:
        """What is for these members. Of many, all who are due are looked at once: an opening at a time."""
        if not self.matched and len(ids) > FEW:
            due = select(AlertSetting.member_id).where(AlertSetting.next_at <= self.now)
            self.matched = self._look(db.session.scalars(due).all())
        others = matched(self.wanted, [id for id in ids if id not in self.matched], self.now)
        return {id: self.matched.pop(id) for id in ids if id in self.matched} | others

    def _look(self, due: Sequence[int]) -> Bits:
        news, anew = needed(self.wanted, due, self.now)
        found = matched(self.wanted, [id for id in due if id not in anew], self.now, news)
        found.update(matched(self.wanted, anew, self.now))
        return found


def some(run: Run, limit: int = AT_A_TIME) -> int | None:
    """The next members whose hour has come. Returns how many get a mail; None if nobody is left. The caller commits."""
    now = run.now
    due = _due(now, limit)
    if not due:
        return None
    bits = run.bits([row.member_id for row in due])
    hold([row.member_id for row in due])
    slots = _still(due)
    new = found(run.wanted, unheard(run.wanted, {id: bits[id] for id in slots}, now))
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
        run.edition = Edition(emails.DIGEST, run.wanted, run.now)
    if run.edition is not None:
        return run.edition
    ids = {one.id for each in new for one in each.wanted}
    return Edition(emails.DIGEST, [one for one in run.wanted if one.id in ids], run.now)


def _record(slots: Mapping[int, datetime], new: Sequence[Found], deliveries: Mapping[int, int]) -> None:
    """One row for each member and hour, also where nothing was new."""
    items = {each.member_id: len(each.wanted) for each in new}
    rows = [
        {"member_id": id, "slot": slot, "delivery_id": deliveries.get(id), "items": items.get(id, 0)}
        for id, slot in slots.items()
    ]
    write(DigestRun, ("member_id", "slot"), rows)


def _move_on(due: "Sequence[Row[int, datetime | None, str, int, int, str]]", now: datetime) -> None:
    """To the next hour of each, by their clock of today."""
    by_time: dict[datetime | None, list[int]] = defaultdict(list)
    for row in due:
        by_time[next_slot(row.every, row.weekday, row.hour, row.time_zone, now)].append(row.member_id)
    for at, ids in by_time.items():
        mine = update(AlertSetting).where(AlertSetting.member_id.in_(ids)).values(next_at=at)
        changed(mine.execution_options(synchronize_session=False))
