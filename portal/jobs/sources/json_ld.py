"""Any career page that says its openings as JobPosting in JSON-LD: on the page itself, or on the pages of a list there.

Only TELECOMMUTE tells a work mode: schema.org has no word for hybrid, and says on-site by saying nothing.
"""

import json
from collections.abc import Iterator, Mapping
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urljoin, urlsplit

from portal.jobs.sources import places, schema
from portal.jobs.sources import reading as of
from portal.jobs.sources.document import Document, Get
from portal.jobs.sources.found import Answer, Asked, Found, LeftOut, Problem, gathered

ACCEPT = "text/html"
SECONDS = 10.0
ALONE = False
WANTS_URL = True
MOST_PAGES = 200


def address(board: Asked) -> str:
    """The page."""
    return board.url or ""


def read(document: Document, board: Asked, get: Get) -> Answer:
    """The openings of a page and of the pages that its lists lead to. Raises Problem."""
    things = list(_things(document))
    elsewhere = dict.fromkeys(url for thing in things for url in _listed(thing, document.url))
    if len(elsewhere) > MOST_PAGES:
        raise Problem("too_many", MOST_PAGES)
    jobs = [(document.url, thing) for thing in things if schema.is_a(thing, "JobPosting")]
    for url in elsewhere:
        jobs += [(url, thing) for thing in _things(get(url, ACCEPT)) if schema.is_a(thing, "JobPosting")]
    return gathered(_one(job, url) for url, job in jobs)


def _things(document: Document) -> Iterator[Mapping[str, Any]]:
    """Everything that the page says in JSON-LD, also what is in graphs and lists."""
    scripts = _Scripts()
    scripts.feed(document.html())
    scripts.close()
    waiting: list[Any] = []
    for script in scripts.found:
        try:
            waiting.append(json.loads(script, strict=False))
        except (ValueError, RecursionError):
            raise Problem("half") from None
    while waiting:
        thing = waiting.pop(0)
        if isinstance(thing, list):
            waiting[:0] = thing
        elif isinstance(thing, Mapping):
            yield thing
            waiting[:0] = [*schema.many(thing.get("@graph")), *_elements(thing)]


def _elements(thing: Mapping[str, Any]) -> list[Any]:
    """What a list holds itself."""
    if not schema.is_a(thing, "ItemList"):
        return []
    found = schema.many(thing.get("itemListElement"))
    return [one["item"] if isinstance(of.inside(one, "item"), Mapping) else one for one in found]


def _listed(thing: Mapping[str, Any], page: str) -> Iterator[str]:
    """The pages that an element of a list only names, if they are of the same host: no page sends us anywhere else."""
    if schema.is_a(thing, "ListItem"):
        url = of.address(urljoin(page, of.text(thing.get("url") or thing.get("item"), 500)))
        if url and urlsplit(url).netloc == urlsplit(page).netloc and url != page:
            yield url


def _one(job: Mapping[str, Any], page: str) -> Found | LeftOut:
    named = job.get("identifier")
    own = of.text(job.get("url"), 500)
    link = of.address(urljoin(page, own)) if own else ""
    spots = schema.spots(job)
    where, remote = places.said(*(spot.words for spot in spots)), schema.remote(job)
    return of.opening(
        of.identity(of.inside(named, "value") or named) or link or of.identity(job.get("@id")),
        job.get("title"),
        html=of.html(job.get("description")),
        spots=spots,
        place_words=where,
        modes=frozenset(["remote"] if remote else []),
        mode_words="jobLocationType: TELECOMMUTE" if remote else where,
        countries=schema.countries(job) if schema.says_countries(job) else places.countries(spots),
        department=of.named("department", of.inside(job.get("hiringOrganization"), "department", "name")),
        pay=schema.pay(job),
        apply_url=link or of.address(page),
        published=of.when(job.get("datePosted")),
        closes_at=schema.closes(job),
    )


class _Scripts(HTMLParser):
    """The scripts of a page that are JSON-LD."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[str] = []
        self.inside = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "script" and (dict(attrs).get("type") or "").split(";")[0].strip().lower() == "application/ld+json":
            self.inside = True
            self.found.append("")

    def handle_endtag(self, tag: str) -> None:
        if tag == "script":
            self.inside = False

    def handle_data(self, data: str) -> None:
        if self.inside:
            self.found[-1] += data
