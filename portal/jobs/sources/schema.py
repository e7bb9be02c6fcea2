"""JobPosting as schema.org writes it, on career pages and in feeds that embed it."""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

from portal.jobs.sources import places
from portal.jobs.sources import reading as of
from portal.jobs.sources.found import Pay, Spot

PER = {"YEAR": "year", "MONTH": "month", "DAY": "day", "HOUR": "hour"}


def many(value: Any) -> list[Any]:
    """What JSON-LD writes as one thing or as a list of them."""
    return value if isinstance(value, list) else [] if value is None else [value]


def is_a(thing: Any, kind: str) -> bool:
    """Whether something is of a kind; it may be of several."""
    kinds = [of.text(one).rpartition("/")[2] for one in many(of.inside(thing, "@type"))]
    return kind in kinds


def spots(job: Any) -> tuple[Spot, ...]:
    """Where the work is done."""
    return tuple(spot for place in many(of.inside(job, "jobLocation")) if (spot := _spot(place)))


def _spot(place: Any) -> Spot | None:
    address = of.inside(place, "address")
    if isinstance(address, str) or address is None:
        return next(iter(places.spots(address or of.inside(place, "name"))), None)
    land = of.inside(address, "addressCountry")
    return places.of_address("", of.inside(address, "addressLocality"), of.inside(land, "name") or land)


def countries(job: Any) -> frozenset[str]:
    """Where applicants may live, if all that is required is a country each time: of a state or a city within, we
    cannot say who lives there."""
    found: list[str | None] = []
    for area in many(of.inside(job, "applicantLocationRequirements")):
        name = area if isinstance(area, str) else of.inside(area, "name")
        country = isinstance(area, str) or is_a(area, "Country")
        found.append(places.country(of.words(of.inside(name, "name") or name)) if country else None)
    return frozenset(code for code in found if code) if all(found) else frozenset()


def says_countries(job: Any) -> bool:
    """Whether anything is required of where applicants live."""
    return bool(many(of.inside(job, "applicantLocationRequirements")))


def remote(job: Any) -> bool:
    """Whether all of the work is done from elsewhere. There is no word for hybrid, nor for on site."""
    return "TELECOMMUTE" in [of.text(one) for one in many(of.inside(job, "jobLocationType"))]


def pay(job: Any) -> Pay | None:
    """What it pays."""
    found = list(_pays(job))
    return found[0] if len(found) == 1 else None


def _pays(job: Any) -> Iterator[Pay]:
    for salary in many(of.inside(job, "baseSalary")):
        value = of.inside(salary, "value")
        amount: Mapping[str, Any] = value if isinstance(value, Mapping) else {"value": value}
        per = PER.get(of.text(amount.get("unitText") or of.inside(salary, "unitText")).upper())
        least = amount.get("minValue", amount.get("value"))
        most = amount.get("maxValue", amount.get("value"))
        if found := of.pay(least, most, of.inside(salary, "currency") or amount.get("currency"), per):
            yield found


def closes(job: Any) -> datetime | None:
    """Until when it stands; a day alone is meant with its evening."""
    said = of.inside(job, "validThrough")
    found = of.when(said)
    return found + timedelta(days=1) if found and len(of.text(said)) == len("2026-03-01") else found
