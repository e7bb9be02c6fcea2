"""Ashby, its public posting API.

`isRemote` is true of hybrid openings as well, so alone it says nothing. What is not `isListed` is for people with a
link only. Its servers think long.
"""

from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import quote

from portal.jobs.sources import places
from portal.jobs.sources import reading as of
from portal.jobs.sources.document import Document, Get
from portal.jobs.sources.found import Answer, Asked, Found, LeftOut, Pay, Spot, gathered

ACCEPT = "application/json"
SECONDS = 25.0
ALONE = True
WANTS_URL = False
MODES = {"remote": "remote", "hybrid": "hybrid", "onsite": "onsite"}
PER = {"1 YEAR": "year", "1 MONTH": "month", "1 DAY": "day", "1 HOUR": "hour"}


def address(board: Asked) -> str:
    """Where a board's list is."""
    at = board.url or f"https://api.ashbyhq.com/posting-api/job-board/{quote(board.name, safe='')}"
    return f"{at}{'&' if '?' in at else '?'}includeCompensation=true"


def read(document: Document, board: Asked, get: Get) -> Answer:
    """The openings of a list. Raises Problem."""
    return gathered(_each(of.listing(of.inside(document.json(), "jobs"))))


def _each(jobs: list[Any]) -> Iterator[Found | LeftOut]:
    for job in jobs:
        if not isinstance(job, Mapping):
            yield LeftOut(None, "", "no_id")
        elif job.get("isListed") is False:
            yield LeftOut(_id(job) or None, of.words(job.get("title")), "no_opening")
        else:
            yield _one(job)


def _id(job: Mapping[str, Any]) -> str:
    """The samples of its documentation have none; then its address is one."""
    return of.identity(job.get("id")) or of.address(job.get("jobUrl"))


def _one(job: Mapping[str, Any]) -> Found | LeftOut:
    others = of.items(job.get("secondaryLocations"))
    spots = tuple(spot for spot in (_spot(job), *map(_spot, others)) if spot)
    said = of.text(job.get("workplaceType"))
    mode, where = MODES.get(said.lower()), places.said(job.get("location"), *(one.get("location") for one in others))
    department = of.words(job.get("department")) or of.words(job.get("team"))
    return of.opening(
        _id(job),
        job.get("title"),
        html=of.html(job.get("descriptionHtml") or job.get("descriptionPlain")),
        spots=spots,
        place_words=where,
        modes=frozenset([mode] if mode else []),
        mode_words=of.named("workplaceType", said) if mode else where,
        countries=places.countries(spots),
        department=of.named("department", department),
        pay=_pay(job.get("compensation")),
        apply_url=of.address(job.get("applyUrl")) or of.address(job.get("jobUrl")),
        published=of.when(job.get("publishedAt")),
    )


def _spot(where: Mapping[str, Any]) -> Spot | None:
    """A location with its address, which secondary ones hold one step higher."""
    parts = of.inside(where, "address", "postalAddress") or where.get("address")
    town, land = of.inside(parts, "addressLocality"), of.inside(parts, "addressCountry")
    if not of.words(town) and not of.words(land):
        return next(iter(places.spots(where.get("location"))), None)
    return places.of_address(where.get("location"), town, land)


def _pay(compensation: Any) -> Pay | None:
    """The salary, where there is one: with several tiers nobody knows yet which is somebody's."""
    tiers = of.items(of.inside(compensation, "compensationTiers"))
    parts = [part for tier in tiers for part in of.items(tier.get("components"))]
    salaries = [part for part in parts if part.get("compensationType") == "Salary"]
    if len(salaries) != 1:
        return None
    one = salaries[0]
    per = PER.get(of.text(one.get("interval")))
    return of.pay(one.get("minValue"), one.get("maxValue"), one.get("currencyCode"), per)
