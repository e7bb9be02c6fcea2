"""Hours and weekdays in a zone, as times: checked against the clock on the wall, also where it jumps."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portal.audience.queries.hours import Hours, beginning, span
from tests.audience import clocks

WEEKDAYS = 31
MINUTE = timedelta(minutes=1)


@st.composite
def cases(draw: st.DrawFn) -> tuple[Hours, datetime]:
    """Hours that are not always, and a time."""
    zone = draw(st.sampled_from(clocks.ZONES))
    hours = Hours(zone, *draw(clocks.hours.filter(lambda given: given != (0, 24, 127))))
    return hours, draw(clocks.moments(zone))


def agree(hours: Hours, now: datetime, steps: list[int]) -> None:
    """The times say what the wall says, from now until they end, at their edges and in between."""
    found = span(hours, now)
    assert found.opens_at < found.closes_at < found.next_at
    assert now < found.closes_at
    edges = [edge + by for edge in (found.opens_at, found.closes_at) for by in (-MINUTE, timedelta(0))]
    length = found.next_at - now
    for moment in [now, *edges, *(now + length * step / 100 for step in steps), found.next_at - MINUTE]:
        if now <= moment < found.next_at:
            inside = found.opens_at <= moment < found.closes_at
            said = clocks.within(hours.time_zone, hours.opens, hours.closes, hours.weekdays, moment)
            assert inside == said, moment
    assert clocks.within(hours.time_zone, hours.opens, hours.closes, hours.weekdays, found.next_at)
    assert found.opens_at - now <= timedelta(days=14)


steps = st.lists(st.integers(0, 99), max_size=20)


@settings(max_examples=50, deadline=None)
@given(cases(), steps)
def test_times_say_what_the_clock_on_the_wall_says(case: tuple[Hours, datetime], steps: list[int]) -> None:
    agree(*case, steps)


@pytest.mark.long
@settings(max_examples=5_000, deadline=None)
@given(cases(), steps)
def test_times_say_what_the_clock_on_the_wall_says_everywhere(case: tuple[Hours, datetime], steps: list[int]) -> None:
    agree(*case, steps)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("hours", "now", "opens", "closes", "next_"),
    [
        # Friday evening in Lisbon: closed until Monday
        (Hours("Europe/Lisbon", 8, 18, WEEKDAYS), "2026-11-20T19:00", "2026-11-23T08:00", "2026-11-23T18:00",
         "2026-11-24T08:00"),
        # the hour from 2 to 3 is left out in Berlin on 29 March: its window is a week away
        (Hours("Europe/Berlin", 2, 3, 64), "2026-03-28T12:00", "2026-04-05T00:00", "2026-04-05T01:00",
         "2026-04-12T00:00"),
        # and comes twice on 25 October: two hours, one window
        (Hours("Europe/Berlin", 2, 3, 64), "2026-10-24T12:00", "2026-10-25T00:00", "2026-10-25T02:00",
         "2026-11-01T01:00"),
        # a night belongs to the day on which it begins: Friday's ends on Saturday
        (Hours("Europe/Berlin", 22, 6, 16), "2026-11-21T03:00", "2026-11-21T03:00", "2026-11-21T05:00",
         "2026-11-27T21:00"),
        # whole days that follow each other are one window
        (Hours("Asia/Kathmandu", 0, 24, WEEKDAYS), "2026-11-21T12:00", "2026-11-22T18:15", "2026-11-27T18:15",
         "2026-11-29T18:15"),
        # no Friday in Apia that week
        (Hours("Pacific/Apia", 8, 18, 16), "2011-12-28T00:00", "2012-01-05T18:00", "2012-01-06T04:00",
         "2012-01-12T18:00"),
    ],
)  # fmt: skip
def test_some_weeks(hours: Hours, now: str, opens: str, closes: str, next_: str) -> None:
    found = span(hours, at(now))
    assert (found.opens_at, found.closes_at, found.next_at) == (at(opens), at(closes), at(next_))


def test_a_day_begins_at_midnight_there_or_right_after_the_gap() -> None:
    assert beginning(date(2027, 3, 1), "America/St_Johns") == at("2027-03-01T03:30")
    assert beginning(date(2026, 9, 6), "America/Santiago") == at("2026-09-06T04:00"), "00:00 is left out there"
    assert beginning(date(2011, 12, 30), "Pacific/Apia") == clocks.A_DAY_THAT_NEVER_WAS
