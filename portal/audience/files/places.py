"""`content/places.yml`: where a member would work, and where an opening may be done."""

import re
from datetime import datetime
from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator

from portal.audience.files.entries import Entry, bring, mistakes, require_distinct
from portal.audience.models import MemberPlace
from portal.content import ContentError, Front, Problem, Synced, read_yaml

FILE = "places.yml"


def _code(value: str) -> str:
    if not re.fullmatch("[A-Z]{2}", value):
        raise ValueError("must be the country's two-letter code, such as PT")
    return value


class PlaceEntry(Entry):
    """One place. `country` is its ISO 3166-1 two-letter code; `whole_country`: stands for every place there."""

    country: Annotated[str, AfterValidator(_code)]
    whole_country: bool = False


class Places(Front):
    """The file."""

    places: tuple[PlaceEntry, ...]


def load(content_dir: Path) -> Places:
    """The file, checked. Raises ContentError."""
    path = content_dir / FILE
    file = read_yaml(path, Places)
    require_distinct(path, [(("places", i), entry) for i, entry in enumerate(file.places)])
    return file


def entries(content_dir: Path) -> list[PlaceEntry]:
    """What can be chosen; empty if the file cannot be used (`check` says why)."""
    try:
        return list(load(content_dir).places)
    except ContentError:
        return []


def check(content_dir: Path) -> list[Problem]:
    """Every mistake in the file."""
    return mistakes(load, content_dir)


def sync(content_dir: Path, now: datetime) -> list[Synced]:
    """Bring the file into the database. Raises ContentError."""
    wanted = [
        (entry, {"country": entry.country, "whole_country": entry.whole_country}) for entry in load(content_dir).places
    ]
    return bring("place", MemberPlace.place_id, wanted)
