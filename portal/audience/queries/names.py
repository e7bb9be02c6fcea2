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
_ALL: ContextVar[bool] = ContextVar("whether these are all there are", default=False)


def called(entry: type[Interest | Place], slugs: Collection[str]) -> dict[str, str]:
    """Names by slug; none for what is not there (any more)."""
    known = _READ.get().get(entry, {})
    missing = () if entry in _READ.get() and _ALL.get() else {*slugs} - known.keys()
    rows: Iterable[Interest | Place] = (
        db.session.scalars(select(entry).where(entry.slug.in_(missing))) if missing else ()
    )
    return {slug: known[slug] for slug in slugs if slug in known} | {row.slug: row.said for row in rows}


@contextmanager
def knowing(names: Names, everything: bool = False) -> Iterator[None]:
    """Inside, these need not be read again: for who says many rules at once. `everything`: of the kinds that are given
    there are no others, retired ones included, so none is looked for."""
    before, whole = _READ.set(names), _ALL.set(everything)
    try:
        yield
    finally:
        _READ.reset(before)
        _ALL.reset(whole)
