"""What a feed's words are in our terms, as far as they leave no doubt."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from portal.audience.models import Interest, Place, Team
from portal.db import db
from portal.jobs.models import ANYWHERE
from portal.jobs.sources import places
from portal.jobs.sources.found import Found, Spot
from portal.members.models import LEVELS, WORK_MODES

LEVEL_WORDS = {
    "entry": "entry", "entry level": "entry", "entry-level": "entry", "junior": "entry", "graduate": "entry",
    "mid": "experienced", "mid level": "experienced", "mid-level": "experienced", "intermediate": "experienced",
    "experienced": "experienced", "senior": "senior", "lead": "lead",
}  # fmt: skip
"""What a field for the level may say without a doubt. A word in a title is never without one."""


@dataclass(frozen=True, slots=True)
class _Place:
    slug: str
    country: str
    whole_country: bool


@dataclass(frozen=True)
class Catalogue:
    """What can be said of an opening here. `teams`, `places`: by each of their names, in small letters, where only one
    has it."""

    teams: Mapping[str, str]
    places: Mapping[str, _Place]
    known: Mapping[str, frozenset[str]]
    """All slugs of a field."""


def catalogue() -> Catalogue:
    """As the database has it now."""
    groups = db.session.scalars(select(Team).filter_by(retired=False))
    teams = {one.slug: _names(one.slug, one.name, one.names) for one in groups}
    found = db.session.scalars(select(Place).filter_by(retired=False)).all()
    spots = {one.slug: _Place(one.slug, one.country, one.whole_country) for one in found}
    towns = {one.slug: _names(one.slug, one.name, one.names) for one in found if not one.whole_country}
    by_town = {name: spots[slug] for name, slug in _only(towns).items()}
    whole = {f"{ANYWHERE}{one.country}": one for one in spots.values() if one.whole_country}
    interests = frozenset(db.session.scalars(select(Interest.slug)))
    known = {
        "team": frozenset(teams), "places": frozenset(spots), "interests": interests, "level": frozenset(LEVELS),
        "work_modes": frozenset(WORK_MODES),
    }  # fmt: skip
    return Catalogue(_only(teams), {**by_town, **whole}, known)


def _names(slug: str, name: str, more: Mapping[str, str]) -> set[str]:
    return {slug, *(each.casefold() for each in (name, *more.values()))}


def _only(named: Mapping[str, Iterable[str]]) -> dict[str, str]:
    """Each name that one alone has, and whose it is."""
    count = Counter(name for names in named.values() for name in names)
    return {name: slug for slug, names in named.items() for name in names if count[name] == 1}


def said(found: Found) -> dict[str, str]:
    """A feed's own words by field, of which rules are made."""
    words = {
        "work_modes": found.mode_words, "places": found.place_words, "countries": found.place_words,
        "team": found.department, "interests": found.department, "level": found.level,
    }  # fmt: skip
    return {field: line for field, line in words.items() if line}


def plain(found: Found, here: Catalogue) -> dict[str, Any]:
    """What a feed says so plainly that nobody need be asked, by field, as `Settled` holds it."""
    values: dict[str, Any] = {
        "work_modes": sorted(found.modes),
        "countries": sorted(found.countries),
        "places": sorted({one.slug for spot in found.spots if (one := _place(spot, here))}),
        "team": here.teams.get(_after(found.department, "department").casefold()),
        "level": LEVEL_WORDS.get(_after(found.level, "level").casefold()),
    }
    return {field: value for field, value in values.items() if value}


def unplaced(found: Found, here: Catalogue) -> bool:
    """Whether it names places that are none of ours."""
    return any(_place(spot, here) is None for spot in found.spots)


def _place(spot: Spot, here: Catalogue) -> _Place | None:
    """The place of ours that is meant: by its town, if nothing in the words says that it is another of that name."""
    if not spot.town:
        return here.places.get(f"{ANYWHERE}{spot.country}")
    place = here.places.get(spot.town.casefold())
    if place is None or (spot.country or place.country) != place.country:
        return None
    rest = [part.strip() for part in spot.words.split(",")[1:]]
    return place if all(spot.country or places.country(part) == place.country for part in rest) else None


def _after(words: str, field: str) -> str:
    """The words of a field without its name; "" if they are another's."""
    name, _, value = words.partition(": ")
    return value if name == field else ""
