"""One visit to a board: what it lists, or in one word why we do not know."""

from dataclasses import dataclass
from typing import Literal

import structlog

from portal.jobs.sources import sources
from portal.jobs.sources.document import Document
from portal.jobs.sources.fetching import Asker
from portal.jobs.sources.found import Answer, Asked, Problem

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Visited:
    """What came of it. `state`: `read`, `unchanged` since the last visit, or `problem`."""

    state: Literal["read", "unchanged", "problem"]
    answer: Answer | None = None
    etag: str | None = None
    modified: str | None = None
    problem: Problem | None = None


def visit(source: str, board: Asked, asker: Asker, known: tuple[str | None, str | None] = (None, None)) -> Visited:
    """Ask a board for its list and read it. `known`: ETag and Last-Modified of what was read last. Never raises: what a
    stranger's server can do to us must not keep us from the next."""
    try:
        return _visit(source, board, asker, known)
    except Problem as problem:
        return Visited("problem", problem=problem)
    except Exception:
        log.exception("an answer is beyond us", source=source, board=board.name)
        return Visited("problem", problem=Problem("unexpected"))


def _visit(source: str, board: Asked, asker: Asker, known: tuple[str | None, str | None]) -> Visited:
    reader = sources()[source]
    first = asker.get(reader.address(board), reader.ACCEPT, reader.SECONDS, known if reader.ALONE else (None, None))
    if first is None:
        return Visited("unchanged")

    def get(url: str, accept: str) -> Document:
        document = asker.get(url, accept, reader.SECONDS)
        if document is None:  # nobody asked whether it had changed
            raise Problem("shape")
        return document

    answer = reader.read(first, board, get)
    return Visited("read", answer, _short(first.etag, 200), _short(first.modified, 60))


def _short(header: str | None, most: int) -> str | None:
    """One that we can keep; without it the next visit just reads everything."""
    return header if header and len(header) <= most else None
