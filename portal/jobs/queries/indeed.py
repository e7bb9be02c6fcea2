"""Openings as Indeed's XML wants them: one entry a place, or a country for remote work, each numbered for ever."""

import re
from collections.abc import Iterator, Sequence
from html import unescape

import nh3
from markupsafe import Markup
from sqlalchemy import select

from portal.audience.models import Team
from portal.config import settings
from portal.db import db
from portal.jobs.models import ANYWHERE, Posting
from portal.jobs.queries import said
from portal.jobs.queries.cards import countries_of, places_of
from portal.links import absolute

Spot = tuple[str, str, str]
"""What tells one place of an opening from its others, its city, its country; each may be empty."""
REMOTE = {frozenset({"remote"}): "Fully remote", frozenset({"hybrid"}): "Hybrid remote"}
_TAGS = {"p", "br", "ul", "ol", "li", "strong", "em", "h2", "h3", "h4", "h5", "h6"}
_TAG = re.compile(r"(<[^>]*>)")
_BRACKETS = str.maketrans({"<": "‹", ">": "›"})
_ENTITY = re.compile(r"&(?=#?\w+;)")
_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def entries(postings: Sequence[Posting]) -> Iterator[Markup]:
    """What stands inside <job> for each place of all of these, in the language that is spoken. Three statements."""
    ids = [posting.id for posting in postings]
    teams = {team.id: team.said for team in db.session.scalars(select(Team))}
    places, countries = places_of(ids), countries_of(ids)
    for posting in postings:
        of_all = _elements(_of_all(posting, teams.get(posting.team_id, "") if posting.team_id else ""))
        there = [(str(p.id), "" if p.whole_country else p.name, p.country) for p in places[posting.id]]
        living = [] if ANYWHERE in countries[posting.id] else [(code, "", code) for code in countries[posting.id]]
        for spot in _spots(posting, there, living):
            yield Markup(_elements(_at(posting, spot)) + of_all)  # noqa: S704  # escaped just so


def _spots(posting: Posting, there: Sequence[Spot], living: Sequence[Spot]) -> Sequence[Spot]:
    """For remote work the place of the desk says nothing, if it is known where one may live."""
    remote = posting.work_modes == {"remote"}
    return (living if remote else there) or there or [("", "", "")]


def _at(posting: Posting, spot: Spot) -> list[tuple[str, str]]:
    key, city, country = spot
    return [
        ("referencenumber", f"{posting.slug}.{key}" if key else posting.slug),
        ("city", city),
        ("country", country),
    ]


def _of_all(posting: Posting, team: str) -> list[tuple[str, str]]:
    """What is the same for all places of an opening that is open."""
    ends = min((at for at in (posting.closes_at, posting.closed_at) if at), default=None)
    return [
        ("title", posting.title),
        ("date", posting.opens_at.isoformat() if posting.opens_at else ""),
        ("requisitionid", posting.slug),
        ("url", absolute(f"/jobs/{posting.slug}")),
        ("company", settings().org_name),
        ("description", without_entities(posting.html)),
        ("salary", said.pay(posting)),
        ("category", team),
        ("experience", said.level(posting.level)),
        ("remotetype", REMOTE.get(posting.work_modes, "")),
        ("expirationdate", ends.isoformat() if ends else ""),
    ]


def without_entities(html: str) -> str:
    """Simple HTML with characters instead of entities. Angle brackets that are words become ‹ ›, and an ampersand that
    would make an entity of what stands after it becomes a wide one."""
    parts = _TAG.split(nh3.clean(html, tags=_TAGS, attributes={}))
    return "".join(part if _TAG.fullmatch(part) else _characters(part) for part in parts)


def _characters(text: str) -> str:
    return _ENTITY.sub("＆", unescape(text).translate(_BRACKETS))


def _elements(values: Sequence[tuple[str, str]]) -> str:
    return "".join(f"<{name}>{cdata(value)}</{name}>\n" for name, value in values if value)


def cdata(text: str) -> Markup:
    """A section that no text can end."""
    safe = _NOT_XML.sub("", text).replace("]]>", "]]]]><![CDATA[>")
    return Markup("<![CDATA[" + safe + "]]>")  # noqa: S704  # escaped just so
