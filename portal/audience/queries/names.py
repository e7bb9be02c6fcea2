"""What interests and places are called, in the language that is spoken now."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from types import MappingProxyType

from sqlalchemy import select

from portal.audience.models import Interest, Place
from portal.db import db

Names = Mapping[type[Interest | Place], Mapping[str, str]]
_READ: ContextVar[Names] = ContextVar("names that have been read", default=MappingProxyType({}))


def called(entry: type[Interest | Place], slugs: Collection[str]) -> dict[str, str]:
    """Names by slug; none for what is not there (any more)."""
    known = _READ.get().get(entry)
    if known is not None:
        return {slug: known[slug] for slug in slugs if slug in known}
    rows: Iterable[Interest | Place] = db.session.scalars(select(entry).where(entry.slug.in_(slugs))) if slugs else ()
    return {row.slug: row.said for row in rows}


@contextmanager
def knowing(names: Names) -> Iterator[None]:
    """Inside, these are all there are of their kind, and need not be read again: for who says many rules at once."""
    before = _READ.set(names)
    try:
        yield
    finally:
        _READ.reset(before)
