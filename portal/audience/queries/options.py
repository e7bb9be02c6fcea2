"""Long lists to choose from, in the reader's language: countries, time zones, currencies. Babel knows the names."""

import unicodedata
from collections.abc import Iterable
from functools import lru_cache
from typing import TypeAlias
from zoneinfo import available_timezones

from babel import Locale
from babel.core import get_global
from babel.numbers import get_territory_currencies

from portal.languages import locale

Options: TypeAlias = tuple[tuple[str, tuple[tuple[str, str], ...]], ...]
"""Values with their names, under the headings of their groups; a heading may be empty."""
_REGIONS = {
    "Europe": "150", "Africa": "002", "America": "019", "Asia": "142", "Australia": "009", "Pacific": "009",
    "Arctic": "150", "Atlantic": "150", "Indian": "002", "Antarctica": "AQ",
}  # fmt: skip
"""The part of the world (CLDR's code) that a zone stands under, by how its name begins. The Azores count as Europe."""
_parse = lru_cache(Locale.parse)


def countries() -> Options:
    """Countries and territories by their two-letter code."""
    return _countries(locale())


def currencies() -> Options:
    """What is paid with today, by its three-letter code."""
    return _currencies(locale())


def zones() -> Options:
    """Time zones by their IANA name."""
    return _zones(locale())


def country(code: str) -> str:
    """A country's name; the code itself where there is none."""
    return str(_parse(locale()).territories.get(code, code))


def city(zone: str) -> str:
    """The city that a time zone is called after: Lisbon, Lissabon, Lisboa."""
    return _city(zone, locale())


def currency_of(code: str | None) -> str:
    """What is paid with in a country; the euro if we do not know which."""
    return next(iter(get_territory_currencies(code, tender=True)), "EUR") if code else "EUR"


def _city(zone: str, name: str) -> str:
    known = _parse(name).time_zones.get(zone, {})
    return str(known.get("city") or zone.rpartition("/")[2].replace("_", " "))


@lru_cache
def _countries(name: str) -> Options:
    names = _parse(name).territories
    return (("", _sorted((code, names[code]) for code in set(_territories().values()) if code in names)),)


@lru_cache
def _currencies(name: str) -> Options:
    names = _parse(name).currencies
    used = {currency for code in _territories().values() for currency in get_territory_currencies(code, tender=True)}
    return (("", tuple((code, f"{code} · {names.get(code, code)}") for code in sorted(used))),)


@lru_cache
def _zones(name: str) -> Options:
    regions, found = _parse(name).territories, dict[str, list[tuple[str, str]]]()
    for zone, code in _territories().items():
        where, called = _city(zone, name), regions.get(code, "")
        label = where if where == called else f"{where}, {called}"
        found.setdefault(regions[_REGIONS[zone.partition("/")[0]]], []).append((zone, label))
    return (("", (("UTC", "UTC"),)), *((region, _sorted(options)) for region, options in found.items()))


@lru_cache
def _territories() -> dict[str, str]:
    """Each zone that has a place on the map, Europe first, and the country it is in."""
    known, order = available_timezones(), list(_REGIONS)
    placed = {z: c for z, c in get_global("zone_territories").items() if z in known and z.partition("/")[0] in _REGIONS}
    return dict(sorted(placed.items(), key=lambda pair: order.index(pair[0].partition("/")[0])))


def _sorted(options: Iterable[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
    """By name, Å with A."""
    return tuple(sorted(options, key=lambda option: unicodedata.normalize("NFKD", option[1]).casefold()))
