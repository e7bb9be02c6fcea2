"""Teamtailor, without a key: the JSON feed lists everything but has no department, places or remote status; the RSS
feed has them, of the newest hundred. So the list is of JSON, and RSS adds to it: who is not in RSS is not gone."""

from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import quote, urlsplit
from xml.etree.ElementTree import Element

from portal.jobs.sources import places, schema
from portal.jobs.sources import reading as of
from portal.jobs.sources.document import Document, Get
from portal.jobs.sources.found import Answer, Asked, Found, LeftOut, Problem, Spot, gathered

ACCEPT = "application/feed+json, application/json"
SECONDS = 10.0
ALONE = False
WANTS_URL = False
MODES = {"fully": "remote", "hybrid": "hybrid", "none": "onsite", "onsite": "onsite"}
MOST_PAGES = 50
_TT = "{https://teamtailor.com/locations}"


def address(board: Asked) -> str:
    """Where a site's JSON feed is; `name` is the site's host, or what stands before .teamtailor.com in it."""
    host = board.name if "." in board.name else f"{quote(board.name, safe='')}.teamtailor.com"
    return f"{_site(board) if board.url else f'https://{host}'}/jobs.json"


def _site(board: Asked) -> str:
    return (board.url or "").rstrip("/").removesuffix("/jobs.json").removesuffix("/jobs.rss")


def read(document: Document, board: Asked, get: Get) -> Answer:
    """The openings of both feeds. Raises Problem."""
    details = _details(get(document.url.removesuffix("/jobs.json") + "/jobs.rss", "application/rss+xml"))
    return gathered(_each(document, details, get))


def _each(document: Document, details: Mapping[str, Element], get: Get) -> Iterator[Found | LeftOut]:
    asked = {document.url}
    while True:
        page = document.json()
        for item in of.listing(of.inside(page, "items")):
            yield _one(item, details) if isinstance(item, Mapping) else LeftOut(None, "", "no_id")
        following = of.address(page.get("next_url"))
        if not following:
            return
        if following in asked or len(asked) == MOST_PAGES or _host(following) != _host(document.url):
            raise Problem("half")
        asked.add(following)
        document = get(following, ACCEPT)


def _host(url: str) -> str:
    return urlsplit(url).netloc


def _details(document: Document) -> dict[str, Element]:
    """What RSS says, by id."""
    channel = document.xml().find("channel")
    if channel is None:
        raise Problem("shape")
    return {of.identity(item.findtext("guid")): item for item in channel.iter("item")}


def _one(item: Mapping[str, Any], details: Mapping[str, Element]) -> Found | LeftOut:
    id = of.identity(item.get("id"))
    more, job = details.get(id), item.get("_jobposting")
    said = of.text(more.findtext("remoteStatus")) if more is not None else ""
    spots = _spots(more) or schema.spots(job)
    where, mode = places.said(*(spot.words for spot in spots)), MODES.get(said.lower())
    department = more.findtext(f"{_TT}department") if more is not None else None
    link = of.address(item.get("url"))
    return of.opening(
        id,
        item.get("title"),
        html=of.html(item.get("content_html") or of.inside(job, "description")),
        spots=spots,
        place_words=where,
        modes=frozenset([mode] if mode else []),
        mode_words=of.named("remoteStatus", said) if mode else where or of.named("remoteStatus", said),
        countries=schema.countries(job) or places.countries(spots),
        department=of.named("department", department),
        pay=schema.pay(job),
        apply_url=link,
        published=of.when(item.get("date_published")),
        closes_at=schema.closes(job),
    )


def _spots(item: Element | None) -> tuple[Spot, ...]:
    found = [] if item is None else item.findall(f"{_TT}locations/{_TT}location")
    spots = [
        places.of_address(one.findtext(f"{_TT}name"), one.findtext(f"{_TT}city"), one.findtext(f"{_TT}country"))
        for one in found
    ]
    return tuple(spot for spot in spots if spot)
