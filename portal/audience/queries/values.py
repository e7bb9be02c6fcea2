"""What an author may write as the value of a condition, and how several are read aloud."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Annotated, Any, Literal

from babel.lists import format_list
from pydantic import AfterValidator, BeforeValidator, Field, TypeAdapter, model_validator

from portal.audience.queries import skills
from portal.audience.queries.options import countries
from portal.content import SLUG, Front
from portal.languages import locale


def _slug(value: str) -> str:
    if not SLUG.fullmatch(value):
        raise ValueError("there is no such slug: it has only a-z, 0-9 and -")
    return value


def _skill(value: str) -> str:
    try:
        [key] = skills.parse([value])
    except ValueError:
        raise ValueError("name one skill of at most 60 characters, as members write it") from None
    return key


def _country(value: str) -> str:
    if value not in {code for _, group in countries() for code, _ in group}:
        raise ValueError("there is no such country: write its two-letter code, such as PT")
    return value


def _require_list(value: object) -> object:
    if not isinstance(value, list) or not value:
        raise ValueError("write a list with at least one value, such as [one, two]")
    return value


def _require_day(value: object) -> object:
    if not isinstance(value, date | str) or isinstance(value, datetime):
        raise ValueError("write a day, such as 2026-03-01")
    return value


def some(one: Any) -> TypeAdapter[tuple[str, ...]]:
    """A list with something in it."""
    return TypeAdapter(Annotated[tuple[one, ...], BeforeValidator(_require_list)])


SLUGS = some(Annotated[str, Field(max_length=60), AfterValidator(_slug)])
SKILLS = some(Annotated[str, Field(max_length=200), AfterValidator(_skill)])
COUNTRIES = some(Annotated[str, AfterValidator(_country)])
Day = Annotated[date, BeforeValidator(_require_day), Field(ge=date(2000, 1, 1), le=date(2200, 1, 1))]
Days = Annotated[int, Field(strict=True, ge=1, le=3650)]


class Joined(Front):
    """When a member confirmed; all that are given hold. Days are whole days in UTC: `before` ends as its day begins,
    `after` starts when its day is over. `within_days` counts back from now, 24 hours each."""

    within_days: Days | None = None
    before: Day | None = None
    after: Day | None = None

    @model_validator(mode="after")
    def _something(self) -> "Joined":
        if not self.model_dump(exclude_none=True):
            raise ValueError("say within_days, before or after")
        return self

    def span(self, now: datetime) -> tuple[datetime, datetime]:
        """From when (inclusive) until when (exclusive)."""
        start, end = datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)
        if self.within_days:
            start = now - timedelta(days=self.within_days)
        if self.after:
            start = max(start, _midnight(self.after + timedelta(days=1)))
        return start, _midnight(self.before) if self.before else end


class Agreed(Front):
    """When a member gave the consent to a purpose that they have now: longer ago than so many days of 24 hours, or
    within so many; both may be given."""

    purpose: Literal["newsletter", "job_alerts", "check_ins"]
    older_than_days: Days | None = None
    within_days: Days | None = None

    @model_validator(mode="after")
    def _something(self) -> "Agreed":
        if self.older_than_days is None and self.within_days is None:
            raise ValueError("say older_than_days or within_days")
        return self

    def span(self, now: datetime) -> tuple[datetime, datetime]:
        """From when (inclusive) until when (exclusive)."""
        start, end = datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)
        if self.within_days:
            start = now - timedelta(days=self.within_days)
        return start, now - timedelta(days=self.older_than_days) if self.older_than_days else end


class InTouch(Front):
    """Within so many days of 24 hours, counted back from now."""

    within_days: Days

    def start(self, now: datetime) -> datetime:
        """From when (inclusive)."""
        return now - timedelta(days=self.within_days)


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)


def either(words: Sequence[str]) -> str:
    """ "a, b or c"."""
    return str(format_list(list(words), style="or", locale=locale()))


def both(words: Sequence[str]) -> str:
    """ "a, b and c"."""
    return str(format_list(list(words), locale=locale()))
