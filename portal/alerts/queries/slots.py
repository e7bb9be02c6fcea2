"""When the next digest is due, on somebody's own clock."""

from datetime import datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

DAILY, WEEKLY = ("daily", "at_once"), "weekly"
"""Who hears at once gets each day what was held back, if anything was."""


@lru_cache(maxsize=4096)
def next_slot(every: str, weekday: int, hour: int, zone: str, after: datetime) -> datetime | None:
    """The next time after `after` at that hour there, on that weekday if it is weekly; None for `feed`.

    An hour that a clock leaves out comes when the clock is put forward; of one that comes twice it is the first.
    Raises ZoneInfoNotFoundError.
    """
    if every not in (*DAILY, WEEKLY):
        return None
    place = ZoneInfo(zone)
    today = after.astimezone(place).date()
    days = (today + timedelta(days=n) for n in range(-1, 9))
    times = (datetime.combine(day, time(hour), place).astimezone(after.tzinfo) for day in days)
    return next(at for at in times if at > after and (every != WEEKLY or at.astimezone(place).weekday() == weekday))
