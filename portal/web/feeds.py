"""Atom (RFC 4287): what is new, for people who would rather follow than get mail."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time

from flask import Response, render_template

from portal.links import absolute


@dataclass(frozen=True)
class Entry:
    """One thing in a feed. `path` leads to its page and names it for ever; `html` is its whole text, if it is open.
    `published` and `updated`: days, or moments where they are known (all entries of a feed alike)."""

    path: str
    title: str
    summary: str
    published: date
    updated: date
    author: str | None = None
    about: Sequence[str] = ()
    html: str | None = None


def atom(path: str, page: str, title: str, entries: Sequence[Entry], today: date) -> Response:
    """The feed at `path` of what is listed at `page`. An empty one was updated `today`, as it has to say something."""
    feed = render_template(
        "feed.xml",
        id=absolute(path),
        page=absolute(page),
        title=title,
        entries=entries,
        updated=max((entry.updated for entry in entries), default=today),
        absolute=absolute,
        moment=_moment,
    )
    return Response(feed, mimetype="application/atom+xml")


def _moment(at: date) -> str:
    moment = at.astimezone(UTC) if isinstance(at, datetime) else datetime.combine(at, time(), UTC)
    return moment.isoformat(timespec="seconds").replace("+00:00", "Z")
