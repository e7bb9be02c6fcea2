"""The front matter of an opening: what a file says about it besides its words, each value checked by itself."""

import re
from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime, time, timedelta
from functools import partial
from typing import Annotated, Any, TypeVar
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, BeforeValidator, Field, ValidationInfo, field_validator

from portal.audience.queries import options
from portal.config import settings
from portal.content import Front, near
from portal.jobs.models import ANYWHERE
from portal.jobs.models.postings import A_YEAR
from portal.members.models import LEVELS, PER, WORK_MODES

T = TypeVar("T")
LONGEST_EARLY = timedelta(days=30)
MOST_A_YEAR = 2_000_000_000
"""What a year's work may pay at most, so that every database can compare it."""
_HOURS = {"h": 1, "hour": 1, "hours": 1, "d": 24, "day": 24, "days": 24}


def of_day(day: date, at: time) -> datetime:
    """A time on a day in the house's time zone."""
    return datetime.combine(day, at, ZoneInfo(settings().time_zone)).astimezone(UTC)


def maybe(how: Callable[[Any], T], value: Any) -> T | None:
    """What `how` makes of a value out of a file, if it is one: for words that are not whole yet."""
    try:
        return how(value)
    except ValueError:
        return None


def moment(value: Any, *, at: time = time(0, 0)) -> datetime:
    """A time out of a file. A day alone is meant from its beginning, or up to `at`, in the house's time zone. Raises
    ValueError."""
    if isinstance(value, datetime):
        found = value
    elif isinstance(value, str):
        try:
            whole = len(value) == len("2026-03-01")
            found = of_day(date.fromisoformat(value), at) if whole else datetime.fromisoformat(value)
        except ValueError:
            raise ValueError(_WHEN) from None
    else:
        raise ValueError(_WHEN)
    if found.tzinfo is None:
        raise ValueError("needs its zone, such as +00:00 at its end")
    return found.astimezone(UTC)


_WHEN = "must be a day such as 2026-03-01, or a time with its zone, such as 2026-03-01T09:00+00:00"
From = Annotated[datetime, BeforeValidator(moment)]
LAST = time(23, 59)
"""Up to when a day on which people can still apply counts."""
Until = Annotated[datetime, BeforeValidator(partial(moment, at=LAST))]


def duration(value: Any) -> timedelta:
    """Hours or days out of a file, such as 72h, at most LONGEST_EARLY. Raises ValueError."""
    found = re.fullmatch(r"(\d{1,3}) ?([a-z]+)", value) if isinstance(value, str) else None
    if isinstance(value, timedelta):
        return value
    if not found or found[2] not in _HOURS:
        raise ValueError("must be hours or days, such as 72h or 3d")
    hours = timedelta(hours=int(found[1]) * _HOURS[found[2]])
    if hours > LONGEST_EARLY:
        raise ValueError(f"is more than {LONGEST_EARLY.days} days: choose less")
    return hours


def _one_of(known: Iterable[str], value: str) -> str:
    if value not in known:
        raise ValueError(f"says “{value}”: {near(value, known, 'it is one of ' + ', '.join(known))}")
    return value


def some(value: tuple[Any, ...]) -> tuple[Any, ...]:
    """A list with something in it. Not by min_length: pydantic would say so of one whose only value has a mistake, too.
    Raises ValueError."""
    if not value:
        raise ValueError("is an empty list: put something in it")
    return value


Level = Annotated[str, AfterValidator(partial(_one_of, tuple(LEVELS)))]
Mode = Annotated[str, AfterValidator(partial(_one_of, tuple(WORK_MODES)))]
Per = Annotated[str, AfterValidator(partial(_one_of, PER))]
Line = Annotated[str, Field(min_length=1, max_length=200)]


class Pay(Front):
    """What it pays: from, to, of which currency, for how long a time's work. Without `min` it pays up to `max`."""

    min: Annotated[int, Field(ge=0)] | None = None
    currency: str
    per: Per
    max: Annotated[int, Field(gt=0)]

    @field_validator("currency")
    @classmethod
    def _known(cls, value: str) -> str:
        known = [code for _, group in options.currencies() for code, _name in group]
        if value not in known:
            raise ValueError(f"says “{value}”: {near(value, known, 'write its three letters, such as EUR')}")
        return value

    @field_validator("max")
    @classmethod
    def _more(cls, value: int, info: ValidationInfo) -> int:
        if (least := info.data.get("min")) and value < least:
            raise ValueError(f"is less than `min` ({least}): put the larger number here")
        if value * A_YEAR.get(info.data.get("per", ""), 1) > MOST_A_YEAR:
            raise ValueError("is more than anybody is paid: look for a nought too many")
        return value


KEYS = (
    "title", "team", "level", "interests", "work_modes", "locations", "applicants_from", "pay", "pay_unsaid", "process",
    "early_access", "publish", "closes", "closed", "apply_url", "vacancy", "starts", "questions",
)  # fmt: skip
"""The keys in the order in which we write them."""


class JobFront(Front):
    """The front matter of a file in `content/jobs/`. Where a key hangs on another, it stands after it.

    `applicants_from`: where one may live who works remotely; the countries of `locations` where it says nothing.
    """

    title: Annotated[str, Field(min_length=1, max_length=160)]
    team: str
    level: Level
    interests: Annotated[tuple[str, ...], AfterValidator(some)]
    work_modes: Annotated[tuple[Mode, ...], AfterValidator(some)]
    locations: tuple[str, ...] = Field(default=(), validate_default=True)
    applicants_from: tuple[str, ...] = Field(default=(), validate_default=True)
    pay_unsaid: Line | None = None
    pay: Pay | None = Field(default=None, validate_default=True)
    process: str
    publish: From
    early_access: Annotated[timedelta, BeforeValidator(duration)] = timedelta()
    closes: Until
    closed: From | None = None
    apply_url: Annotated[str, Field(max_length=500)]
    vacancy: bool = True
    starts: date | None = None
    questions: Annotated[tuple[Line, ...], Field(max_length=10)] = ()

    @field_validator("locations")
    @classmethod
    def _somewhere(cls, value: tuple[str, ...], info: ValidationInfo) -> tuple[str, ...]:
        there = {"hybrid", "onsite"} & set(info.data.get("work_modes", ()))
        if there and not value:
            raise ValueError(f"must name a place, as the work is {' and '.join(sorted(there))}: see places.yml")
        return value

    @field_validator("applicants_from", mode="before")
    @classmethod
    def _anywhere(cls, value: Any) -> Any:
        return (ANYWHERE,) if value == "anywhere" else value

    @field_validator("applicants_from")
    @classmethod
    def _countries(cls, value: tuple[str, ...], info: ValidationInfo) -> tuple[str, ...]:
        if not value and "remote" in info.data.get("work_modes", ()) and not info.data.get("locations"):
            raise ValueError("must say where one may live who works remotely: `anywhere`, or some such as [PT, DE]")
        known = {code: name for _, group in options.countries() for code, name in group}
        for code in value:
            if code not in known and code != ANYWHERE:
                named = [each for each, name in known.items() if name.casefold() == code.casefold()]
                mend = f"did you mean {named[0]}?" if named else near(code, known, "write two letters, such as PT")
                raise ValueError(f"says “{code}”: {mend}")
        return (ANYWHERE,) if ANYWHERE in value else value

    @field_validator("pay")
    @classmethod
    def _said(cls, value: Pay | None, info: ValidationInfo) -> Pay | None:
        unsaid = info.data.get("pay_unsaid")
        if value is None and not unsaid:
            raise ValueError("is missing: say what it pays, or under `pay_unsaid` why you do not")
        if value and unsaid:
            raise ValueError("stands beside `pay_unsaid`, which says why it is not said: take one out")
        return value

    @field_validator("closes")
    @classmethod
    def _after(cls, value: datetime, info: ValidationInfo) -> datetime:
        publish, early = info.data.get("publish"), info.data.get("early_access")
        if publish and value <= publish:
            raise ValueError("is not after `publish`: put a later day here")
        if publish and early and value <= publish + early:
            raise ValueError("is before everybody can see it: put a later day here, or shorten `early_access`")
        return value

    @field_validator("apply_url")
    @classmethod
    def _address(cls, value: str) -> str:
        parts = urlsplit(value)
        right = parts.hostname if parts.scheme in {"http", "https"} else parts.scheme == "mailto" and "@" in parts.path
        if not right or re.search(r"\s", value):
            raise ValueError("must be a whole address, such as https://example.org/apply or mailto:jobs@example.org")
        return value
