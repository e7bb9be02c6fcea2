"""Bringing back one's preferences from one's own archive (docs/export-format.md), also on another Rapport.

A file is no word of anybody's: agreements are not given by it, the member gives them anew on the page.
"""

import json
import zipfile
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import date, datetime
from io import BytesIO
from pathlib import Path
from typing import Annotated, Any, TypeAlias

from pydantic import AfterValidator, BaseModel, Field, ValidationError

from portal.audience.actions.preferences import hold, save
from portal.audience.models import ASKED
from portal.audience.queries import options, skills
from portal.audience.queries import preferences as queries
from portal.audience.queries.sentence import WEEKDAYS
from portal.audience.queries.words import TITLES
from portal.languages import LANGUAGES
from portal.languages import gettext as _
from portal.members.models import CAREER_STAGES, CHANNELS, LEVELS, PER, WORK_MODES, Change, Member

NAME = "rapport.json"
FORMAT = 1
LARGEST = 8 << 20
"""Bytes of `rapport.json` once it is unpacked."""


class BadArchive(ValueError):
    """This file is no archive of ours, or was changed. The message says so in a sentence."""


def _among(known: Callable[[], Collection[str]]) -> AfterValidator:
    """One of these; worked out when it is needed."""

    def check(value: str) -> str:
        if value not in known():
            raise ValueError("none of those that can be chosen")
        return value

    return AfterValidator(check)


def _of(offered: Callable[[], options.Options]) -> Callable[[], Collection[str]]:
    return lambda: {code for _heading, some in offered() for code, _name in some}


def _skills(names: list[str]) -> list[str]:
    return list(skills.parse(names).values())


def _differ(hours: tuple[int, int]) -> tuple[int, int]:
    if hours[0] == hours[1]:
        raise ValueError("hours that begin when they end")
    return hours


_Hours: TypeAlias = Annotated[
    tuple[Annotated[int, Field(ge=0, le=23)], Annotated[int, Field(ge=1, le=24)]], AfterValidator(_differ)
]
_Text: TypeAlias = Annotated[str, Field(max_length=1000)]
_Slugs: TypeAlias = Annotated[list[str], Field(max_length=1000)]
_Amount: TypeAlias = Annotated[int, Field(gt=0, lt=10**9)]
_Currency: TypeAlias = Annotated[str, _among(_of(options.currencies))]
_Pay: TypeAlias = tuple[_Amount, _Currency, Annotated[str, _among(lambda: PER)]]


class Kept(BaseModel):
    """The preferences in an archive, each as the preferences page would take it; what is missing stays as it is."""

    interests: _Slugs | None = None
    places: _Slugs | None = None
    unwanted_teams: _Slugs | None = None
    hidden_teams: _Slugs | None = None
    skills: Annotated[list[str], AfterValidator(_skills)] | None = None
    work_modes: list[Annotated[str, _among(lambda: WORK_MODES)]] | None = None
    levels: list[Annotated[str, _among(lambda: LEVELS)]] | None = None
    career_stage: Annotated[str, _among(lambda: CAREER_STAGES)] | None = None
    language: Annotated[str, _among(lambda: LANGUAGES)] | None = None
    lives_in: Annotated[str, _among(_of(options.countries))] | None = None
    available_from: date | None = None
    pay: _Pay | None = None
    next_wish: _Text | None = None
    channel: Annotated[str, _among(lambda: CHANNELS)] | None = None
    phone: Annotated[str, Field(max_length=40)] | None = None
    phone_hours: _Hours | None = None
    not_at_work: bool | None = None
    hidden_people: _Text | None = None
    mails_per_month: Annotated[int, Field(ge=1, le=31)] | None = None
    time_zone: Annotated[str, _among(_of(options.zones))] | None = None
    mail_hours: _Hours | None = None
    weekdays: Annotated[list[Annotated[str, _among(lambda: WEEKDAYS)]], Field(min_length=1)] | None = None
    pause_until: date | None = None


NULLABLE = {"lives_in", "available_from", "pay", "pause_until"}
"""Where "nothing" is something that one can choose."""


@dataclass(frozen=True, slots=True)
class Archive:
    """What an archive says: preferences by name as `queries.preferences.values` has them, and what was agreed to."""

    preferences: dict[str, Any]
    purposes: Collection[str]


@dataclass(frozen=True, slots=True)
class Restored:
    """`change`: what is different now, None if nothing is. `lost`: preferences of which something is not offered here.
    `purposes`: what was agreed to and is not now."""

    change: Change | None
    lost: Collection[str]
    purposes: Collection[str]


def is_archive(path: Path) -> bool:
    """Whether a file looks like one: the zip, or `rapport.json` out of it."""
    if zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as archive:
            return NAME in archive.namelist()
    with path.open("rb") as file:
        return file.read(1) == b"{"


def read(data: bytes) -> Archive:
    """The archive in a file: the zip, or `rapport.json` out of it. Raises BadArchive."""
    try:
        found = json.loads(_unpacked(data))
        theirs, number = dict(found["preferences"]), found["format"]
    except (ValueError, KeyError, TypeError, RecursionError):
        raise BadArchive(_("This is not an archive of ours. Choose the file that you downloaded here.")) from None
    if number != FORMAT:
        raise BadArchive(_("This archive is of another version than we can read."))
    try:
        kept = Kept.model_validate(theirs).model_dump(mode="json", exclude_unset=True)
    except ValidationError as error:
        name = str(error.errors()[0]["loc"][0])
        said = _(
            "Under “%(title)s” stands something in this archive that cannot be chosen.", title=TITLES.get(name, name)
        )
        raise BadArchive(said) from None
    values = {name: value for name, value in kept.items() if value is not None or name in NULLABLE}
    return Archive(values, [purpose for purpose in ASKED if theirs.get(purpose) is True])


def _title(name: str) -> str:
    return str(TITLES.get(name, name))


def _unpacked(data: bytes) -> bytes:
    if not data.startswith(b"PK"):
        return data
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive, archive.open(NAME) as file:
            text = file.read(LARGEST + 1)
    except (zipfile.BadZipFile, RuntimeError, NotImplementedError, EOFError, OSError) as error:
        raise ValueError(str(error)) from None
    if len(text) > LARGEST:
        raise ValueError("too large")
    return text


def restore(member: Member, archive: Archive, network: str, now: datetime) -> Restored:
    """Make a member's preferences what they were. What is not offered here (any more) is left out."""
    member = hold(member.id)
    chosen = queries.of(member, now)
    wanted, lost = dict(archive.preferences), []
    pause = wanted.get("pause_until")
    if pause and date.fromisoformat(pause) <= queries.today(wanted.get("time_zone", member.time_zone), now):
        wanted["pause_until"] = None
    for name in queries.TICKED:
        offered = {entry.slug for entry in getattr(chosen, name)}
        if name in wanted and not set(wanted[name]) <= offered:
            wanted[name] = [slug for slug in wanted[name] if slug in offered]
            lost.append(name)
    change = save(member, wanted, "", network, now, chosen=chosen)
    return Restored(change, lost, [purpose for purpose in archive.purposes if purpose not in chosen.agreed])
