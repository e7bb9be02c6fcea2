"""Lever, its Postings API: only what is published is in it, and nothing says when one was changed."""

from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import quote

from portal.jobs.sources import places
from portal.jobs.sources import reading as of
from portal.jobs.sources.document import Document, Get
from portal.jobs.sources.found import Answer, Asked, Found, LeftOut, Spot, gathered

ACCEPT = "application/json"
SECONDS = 10.0
ALONE = True
WANTS_URL = False
MODES = {"remote": "remote", "hybrid": "hybrid", "on-site": "onsite"}
PER = {
    "per-year-salary": "year", "per-month-salary": "month", "per-day-wage": "day", "per-hour-wage": "hour",
}  # fmt: skip


def address(board: Asked) -> str:
    """Where a site's list is."""
    at = board.url or f"https://api.lever.co/v0/postings/{quote(board.name, safe='')}"
    return f"{at}{'&' if '?' in at else '?'}mode=json"


def read(document: Document, board: Asked, get: Get) -> Answer:
    """The openings of a list. Raises Problem."""
    return gathered(_each(of.listing(document.json())))


def _each(jobs: list[Any]) -> Iterator[Found | LeftOut]:
    for job in jobs:
        yield _one(job) if isinstance(job, Mapping) else LeftOut(None, "", "no_id")


def _one(job: Mapping[str, Any]) -> Found | LeftOut:
    about = job.get("categories") if isinstance(job.get("categories"), Mapping) else {}
    more = of.inside(about, "allLocations")
    named = [of.inside(about, "location"), *(more if isinstance(more, list) else [])]
    spots = _spots(job, named)
    said, pay = of.text(job.get("workplaceType")).lower(), job.get("salaryRange")
    mode, where = MODES.get(said), places.said(*named)
    department = of.words(of.inside(about, "department")) or of.words(of.inside(about, "team"))
    return of.opening(
        job.get("id"),
        job.get("text"),
        html=_html(job),
        spots=spots,
        place_words=where,
        modes=frozenset([mode] if mode else []),
        mode_words=of.named("workplaceType", said) if mode else where or of.named("workplaceType", said),
        countries=places.countries(spots),
        department=of.named("department", department),
        level=of.named("level", of.inside(about, "level")),
        pay=of.pay(
            of.inside(pay, "min"), of.inside(pay, "max"), of.inside(pay, "currency"),
            PER.get(of.text(of.inside(pay, "interval"))),
        ),
        apply_url=of.address(job.get("applyUrl")) or of.address(job.get("hostedUrl")),
        published=of.when(job.get("createdAt")),
    )  # fmt: skip


def _spots(job: Mapping[str, Any], named: list[Any]) -> tuple[Spot, ...]:
    """All locations, each once. Where there is one only, the opening's country is its country."""
    found = [spot for one in dict.fromkeys(map(of.words, named)) for spot in places.spots(one)]
    land = places.country(of.text(job.get("country")))
    if not found:
        return (Spot(of.text(job.get("country")), "", land),) if land else ()
    if len(found) == 1 and land and found[0].country in {None, land}:
        return (Spot(found[0].words, found[0].town, land),)
    return tuple(found)


def _html(job: Mapping[str, Any]) -> str:
    """Its parts below each other: what the opening says first, its lists under their headings, what it says last."""
    parts = [of.html(job.get("descriptionBody") or job.get("description"))]
    if "descriptionBody" in job:
        parts.insert(0, of.html(job.get("opening")))
    for one in of.items(job.get("lists")):
        heading, items = of.words(one.get("text")), of.html(one.get("content"))
        parts += [f"<h3>{heading.replace('<', '&lt;')}</h3>" if heading else "", f"<ul>{items}</ul>"]
    return "".join([*parts, of.html(job.get("additional"))])
