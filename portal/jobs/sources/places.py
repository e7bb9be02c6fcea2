"""Where an opening is, out of a feed's words: only what leaves no doubt."""

import re
from collections.abc import Iterable
from functools import cache

from babel import Locale

from portal.jobs.sources.found import Spot
from portal.jobs.sources.reading import words
from portal.languages import LANGUAGES

_APART = re.compile(r"\s*(?:[;/|•·\n]|\s(?:or|and|oder|und|ou|e)\s|\s&\s)\s*", re.IGNORECASE)
_MODES = re.compile(r"\b(?:fully|100 ?%|remote|hybrid|on-?\s?site|in[- ]office|office|home office)\b", re.IGNORECASE)
_EDGES = " ,-–—:"
_BRACKETS = "()[]"
_GROUPS = {"EU", "EZ", "UN", "ZZ", "QO", "XA", "XB"}
"""What has two letters, and is no country."""
_STATES = {"georgia", "jersey"}
"""Countries that in free words are more often a part of the United States."""
_USUAL = {"uk": "GB", "usa": "US", "u.s.": "US", "u.s.a.": "US", "england": "GB", "scotland": "GB", "wales": "GB"}


@cache
def _names() -> dict[str, str]:
    names: dict[str, str] = dict(_USUAL)
    for language in LANGUAGES:
        for code, name in Locale(language).territories.items():
            if re.fullmatch("[A-Z]{2}", code) and code not in _GROUPS:
                names.setdefault(name.casefold(), code)
    return names


def country(said: str, codes: bool = True) -> str | None:
    """The two letters of a country's name, in any of our languages. `codes`: the letters themselves will do too; not
    in free words, where PA is more often Pennsylvania than Panama."""
    known = said.strip(_EDGES + _BRACKETS)
    if not codes and known.casefold() in _STATES:
        return None
    if codes and re.fullmatch("[A-Za-z]{2}", known) and known.upper() in set(_names().values()):
        return known.upper()
    return _names().get(known.casefold())


def spots(said: object) -> tuple[Spot, ...]:
    """The places in free words, such as "Lisbon, Portugal; Leeds" or "Remote - Portugal"."""
    line, found = words(said), []
    for part in _APART.split(line):
        place = re.sub(r"\s*(?:\(\s*\)|\[\s*\])", "", _MODES.sub(" ", part)).strip(_EDGES)
        place = place[1:-1].strip() if place[:1] in tuple("([") and place[-1:] in tuple(")]") else place
        if place.strip(_BRACKETS):
            found.append(_spot(place))
    return tuple(found)


def _spot(place: str) -> Spot:
    """One place: "Lisbon", "Lisbon, Portugal", "Portugal"."""
    parts = [part.strip(_EDGES + _BRACKETS) for part in re.split(r",|\s[-–—]\s|\(", place)]
    parts = [part for part in parts if part]
    if len(parts) == 1 and (only := country(parts[0], codes=False)):
        return Spot(place, "", only)
    last = country(parts[-1], codes=False) if len(parts) > 1 else None
    return Spot(place, parts[0] if parts else "", last)


def of_address(said: object, town: object, land: object) -> Spot | None:
    """A place whose parts a feed names one by one; None where it names none."""
    line, city, where = words(said), words(town), words(land)
    line = line or ", ".join(filter(None, (city, where)))
    return Spot(line, city, country(where) if where else None) if line or where else None


def countries(found: Iterable[Spot]) -> frozenset[str]:
    """The countries of places, if each of them has one; else nothing: where may somebody live who is at the other?"""
    codes = [spot.country for spot in found]
    return frozenset(code for code in codes if code) if all(codes) else frozenset()


def said(*named: object) -> str:
    """All places in the feed's own words, as rules and people see them; with "remote" and the like, if it is there."""
    line = words("; ".join(dict.fromkeys(filter(None, map(words, named)))), 180)
    return f"location: {line}" if line else ""
