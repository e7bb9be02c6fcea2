"""Hours and weekdays on somebody's own clock, as times that a database can compare.

The clock on the wall decides at each moment: an hour that comes twice counts twice, one that a clock leaves out is not
made up for. Hours over midnight belong to the weekday on which they begin.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from itertools import count
from zoneinfo import ZoneInfo

from portal.members.models import EVERY_DAY

STEP = timedelta(minutes=15)
"""Hours are whole, and offsets from UTC as well as changes of clocks fall on a quarter of an hour: a status that holds
at one holds until the next."""


@dataclass(frozen=True, slots=True)
class Hours:
    """From `opens` to `closes` (22 to 6: over midnight) on the weekdays whose bits are set, Monday is 1.

    At least one hour of one weekday, so nothing waits for more than a week for it; two, when a clock leaves that hour
    out.
    """

    time_zone: str
    opens: int
    closes: int
    weekdays: int

    @property
    def always(self) -> bool:
        """Whether this is any time."""
        return (self.opens, self.closes, self.weekdays) == (0, 24, EVERY_DAY)

    def include(self, now: datetime) -> bool:
        """Whether `now` is within. Raises ZoneInfoNotFoundError."""
        local = now.astimezone(ZoneInfo(self.time_zone))
        if self.opens < self.closes:
            return self.opens <= local.hour < self.closes and self._on(local)
        if local.hour >= self.opens:
            return self._on(local)
        return local.hour < self.closes and self._on(_last_of_the_day_before(local))

    def _on(self, local: datetime) -> bool:
        return bool(self.weekdays >> local.weekday() & 1)


@dataclass(frozen=True, slots=True)
class Span:
    """From `opens_at`, which has passed or is the next, to `closes_at`; and when the one after it opens."""

    opens_at: datetime
    closes_at: datetime
    next_at: datetime


def _last_of_the_day_before(local: datetime) -> datetime:
    midnight = local.replace(hour=0, minute=0, second=0, microsecond=0, fold=0)
    return (midnight.astimezone(UTC) - STEP).astimezone(local.tzinfo)  # a calendar may leave a whole day out


@lru_cache(maxsize=1024)
def span(hours: Hours, now: datetime) -> Span:
    """The times of these hours that `now` is in, or that come next. Not for hours that are always.

    Raises ZoneInfoNotFoundError.
    """
    moments = _moments(now)
    opens_at = next(moment for moment in moments if hours.include(moment))
    closes_at = next(moment for moment in moments if not hours.include(moment))
    return Span(opens_at, closes_at, next(moment for moment in moments if hours.include(moment)))


def _moments(now: datetime) -> Iterator[datetime]:
    """Every quarter of an hour, from the one that `now` is in."""
    first = now.replace(minute=now.minute // 15 * 15, second=0, microsecond=0)
    return (first + n * STEP for n in count())


def minute(now: datetime) -> datetime:
    """The whole minute that `now` is in. SQL is written for it, and can then be kept for one: to build a check costs
    30 times what it costs to ask (2 ms). All borders but the budget's are at whole minutes."""
    return now.replace(second=0, microsecond=0)


def beginning(day: date, time_zone: str) -> datetime:
    """When a day begins there, or would if a clock did not leave it out. Raises ZoneInfoNotFoundError."""
    return datetime.combine(day, time(), ZoneInfo(time_zone)).astimezone(UTC)
