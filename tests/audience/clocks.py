"""Zones, moments near changes of clocks, and what a person's clock on the wall says: for whatever holds mail."""

from datetime import UTC, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo

from hypothesis import strategies as st

ZONES = (
    "Europe/Lisbon", "Europe/Berlin", "America/St_Johns", "Australia/Lord_Howe", "Asia/Kathmandu", "Pacific/Apia",
    "America/Santiago", "Antarctica/Troll",
)  # fmt: skip
"""Half hours, quarters, changes by half an hour, by two, at midnight, and one that once left a whole day out."""
FIRST = datetime(2026, 1, 1, tzinfo=UTC)
A_DAY_THAT_NEVER_WAS = datetime(2011, 12, 30, 10, tzinfo=UTC)
"""In Apia: 30 December 2011 came after the 29th and before the 31st elsewhere only."""


@cache
def changes(zone: str) -> list[datetime]:
    """When the clocks of a zone change, in two years."""
    hours = [FIRST + timedelta(hours=n) for n in range(2 * 365 * 24)]
    offsets = [hour.astimezone(ZoneInfo(zone)).utcoffset() for hour in hours]
    found = [hour for hour, before, after in zip(hours[1:], offsets, offsets[1:], strict=False) if before != after]
    return [*found, A_DAY_THAT_NEVER_WAS] if zone == "Pacific/Apia" else found


def moments(zone: str) -> st.SearchStrategy[datetime]:
    """Any time of two years, and often one within a week of a change."""
    anywhere = st.integers(0, 2 * 365 * 24 * 60).map(lambda minutes: FIRST + timedelta(minutes=minutes))
    if not changes(zone):
        return anywhere
    minutes = st.integers(-300, 300) | st.integers(-7 * 24 * 60, 2 * 24 * 60)
    near = st.builds(lambda change, by: change + timedelta(minutes=by), st.sampled_from(changes(zone)), minutes)
    return near | near | anywhere


def within(zone: str, opens: int, closes: int, weekdays: int, now: datetime) -> bool:
    """Whether somebody with these hours and weekdays may be disturbed, by looking at the clock only: walk back to the
    evening on which a night began."""
    local = now.astimezone(ZoneInfo(zone))
    if opens < closes:
        return opens <= local.hour < closes and bool(weekdays >> local.weekday() & 1)
    if closes <= local.hour < opens:
        return False
    while local.hour < opens:
        now -= timedelta(minutes=5)
        local = now.astimezone(ZoneInfo(zone))
    return bool(weekdays >> local.weekday() & 1)


hours = st.tuples(
    st.integers(0, 23), st.integers(1, 24), st.integers(1, 127) | st.sampled_from([1, 31, 64, 127])
).filter(lambda given: given[0] != given[1])
"""(opens, closes, weekdays)."""
