"""Months are counted as people count them, wherever they live."""

from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portal.members.models import RetentionRule
from portal.members.queries.retention import Keeping, months_later


def at(day: str) -> datetime:
    return datetime.fromisoformat(day).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("begun", "months", "over"),
    [
        ("2026-01-31T10:00", 1, "2026-02-28T10:00"),
        ("2028-01-31T10:00", 1, "2028-02-29T10:00"),
        ("2028-02-29T10:00", 12, "2029-02-28T10:00"),
        ("2026-08-31T23:59", 6, "2027-02-28T23:59"),
        ("2026-12-15T00:00", 12, "2027-12-15T00:00"),
        ("2026-03-31T10:00", -1, "2026-02-28T10:00"),
        ("2026-01-15T10:00", -1, "2025-12-15T10:00"),
    ],
)
def test_so_many_months_later(begun: str, months: int, over: str) -> None:
    assert months_later(at(begun), months) == at(over)


@given(st.datetimes(timezones=st.just(UTC)), st.integers(2, 120))
@settings(max_examples=50)
def test_there_and_back_differs_by_some_days_at_most(when: datetime, months: int) -> None:
    """The search in the database counts back and takes three days more: nobody is missed."""
    when = when.replace(year=2000 + when.year % 100)
    over = months_later(when, months)
    assert when <= over
    assert 0 <= (when - months_later(over, -months)).days <= 3


@pytest.mark.parametrize(
    ("zone", "day"), [("Pacific/Auckland", 4), ("Europe/Lisbon", 3), ("America/Los_Angeles", 3), ("UTC", 3)]
)
def test_the_last_day_is_that_of_where_one_lives(zone: str, day: int) -> None:
    keeping = Keeping(RetentionRule(), at("2026-03-03T20:00"), asked=False)
    assert keeping.day(zone).day == day
