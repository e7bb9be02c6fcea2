"""What stands in a cell, read as what it should be. Raises ValueError with a sentence that says what to write."""

import re
from collections.abc import Mapping
from datetime import UTC, date, datetime
from email.utils import parsedate_to_datetime
from typing import TypeVar
from zoneinfo import available_timezones

from babel import Locale

from portal.audience.models import ASKED
from portal.audience.queries.sentence import WEEKDAYS
from portal.languages import LANGUAGES
from portal.members.models import CAREER_STAGES, LEVELS, WORK_MODES

EARLIEST = datetime(1990, 1, 1, tzinfo=UTC)
"""Before there were newsletters by mail; some programs write the year 1 for "never"."""
_GO = re.compile(r"(\S+ \S+) ([+-]\d{4})(?: \S+)?( m=\S+)?")
_DOTTED = re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{4})(?:,? +(\d{1,2}):(\d{2})(?::\d{2})?)?")
_TERRITORIES = frozenset(code for code in map(str, Locale("en").territories) if len(code) == 2 and code.isalpha())
_ZONES = frozenset(available_timezones())
MODES = {mode: mode for mode in WORK_MODES} | {"on-site": "onsite", "on site": "onsite", "on_site": "onsite"}
STEPS = {level: level for level in LEVELS}
TO = {words: purpose for purpose in ASKED for words in (purpose, purpose.replace("_", " "), purpose.replace("_", "-"))}
Ours = TypeVar("Ours")


def time(cell: str, now: datetime) -> datetime:
    """A time that was: ISO 8601, as listmonk writes it, as mail writes it, or 31.12.2024 18:00. Without a zone: UTC."""
    text = cell.strip()
    try:
        found = _read_time(text)
    except (ValueError, TypeError, OverflowError):
        raise ValueError("this is not a time we can read: write it like 2026-03-31 or 2026-03-31T18:00Z") from None
    found = found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)
    if found > now:
        raise ValueError("this time has not come yet")
    if found < EARLIEST:
        raise ValueError("this time cannot be meant: it is before 1990")
    return found


def _read_time(text: str) -> datetime:
    if parts := _DOTTED.fullmatch(text):
        day, month, year, hour, minute = (int(part or 0) for part in parts.groups())
        return datetime(year, month, day, hour, minute)  # noqa: DTZ001  # the caller gives it its zone
    if parts := _GO.fullmatch(text):
        text = f"{parts[1]}{parts[2]}"
    if text[:3].isalpha():
        return parsedate_to_datetime(text)
    return datetime.fromisoformat(text)


def day(cell: str) -> date:
    """A day, like 2026-03-31."""
    try:
        return date.fromisoformat(cell.strip())
    except ValueError:
        raise ValueError("write the day like 2026-03-31") from None


def parts(cell: str) -> list[str]:
    """A list in one cell: by semicolons or bars if there are any, else by commas."""
    between = r"[;|\n]" if re.search(r"[;|\n]", cell) else ","
    return [part for part in (" ".join(p.split()) for p in re.split(between, cell)) if part]


def words(cell: str, known: Mapping[str, Ours]) -> tuple[frozenset[Ours], list[str]]:
    """Entries of a list, and those that are not known. `known`: what each is called, folded → what we call it."""
    if not cell:
        return frozenset(), []
    found = {part: known.get(part.casefold()) for part in parts(cell)}
    return frozenset(v for v in found.values() if v is not None), [part for part, v in found.items() if v is None]


def language(cell: str) -> str:
    """A language we speak: de, de-AT, German, Deutsch."""
    text = cell.strip().casefold()
    named = {name.casefold(): code for code, name in LANGUAGES.items()}
    named |= {Locale("en").languages[code].casefold(): code for code in LANGUAGES}
    code = named.get(text, re.split("[-_]", text)[0])
    if code not in LANGUAGES:
        raise ValueError(f"we do not speak this language: write one of {', '.join(LANGUAGES)}")
    return code


def career_stage(cell: str) -> str:
    """Where somebody stands."""
    text = cell.strip().casefold().replace(" ", "_")
    if text not in CAREER_STAGES:
        raise ValueError(f"write one of {', '.join(CAREER_STAGES)}")
    return text


def country(cell: str) -> str:
    """ISO 3166-1, two letters."""
    code = cell.strip().upper()
    if code not in _TERRITORIES:
        raise ValueError("write the country by its two letters, like PT")
    return code


def mails(cell: str) -> int:
    """A number of mails in 30 days."""
    text = cell.strip()
    if not (text.isascii() and text.isdigit() and 1 <= int(text[:4]) <= 31):
        raise ValueError("write a number from 1 to 31")
    return int(text)


def time_zone(cell: str) -> str:
    """A name from the IANA list."""
    if cell.strip() not in _ZONES:
        raise ValueError("there is no such time zone: write one like Europe/Lisbon")
    return cell.strip()


def hours(cell: str) -> tuple[int, int]:
    """From when to when mail may come: 8-18."""
    parts = re.fullmatch(r"(\d{1,2}) ?- ?(\d{1,2})", cell.strip())
    opens, closes = (int(parts[1]), int(parts[2])) if parts else (0, 0)
    if not (0 <= opens <= 23 and 1 <= closes <= 24 and opens != closes):
        raise ValueError("write the hours like 8-18")
    return opens, closes


def weekdays(cell: str) -> int:
    """Days as bits, Monday is 1: "mon tue wed"."""
    given = re.split(r"[\s,;]+", cell.strip().casefold())
    if not set(given) <= set(WEEKDAYS):
        raise ValueError(f"write the days like {' '.join(WEEKDAYS[:3])}")
    return sum(1 << WEEKDAYS.index(name) for name in set(given))
