"""Interests and places, read once for a page that asks for them in many lines."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any, TypeVar

from sqlalchemy import false, null, select

from portal.audience.models import Interest, Place
from portal.audience.queries.names import knowing
from portal.db import db
from portal.languages import current


@dataclass(frozen=True, slots=True)
class Known:
    """An entry that can be chosen, or could be (`retired`). `group`: what it stands under, of places their country's
    code; `bit` as in the models."""

    id: int
    slug: str
    name: str
    group: str
    bit: int | None
    retired: bool
    whole_country: bool = False


T = TypeVar("T")
Read = Mapping[type[Interest | Place], Sequence[Known]]
_READ: ContextVar[Read | None] = ContextVar("entries-read", default=None)
_MADE: ContextVar[dict[str, Any] | None] = ContextVar("lists-read", default=None)


def kept(entry: type[Interest | Place]) -> Sequence[Known] | None:
    """All of them in their order if they have been read, else None."""
    read = _READ.get()
    return None if read is None else read[entry]


def every(entry: type[Interest | Place]) -> Sequence[Known]:
    """All of them in the order of the employer's list, retired ones too, in the language that is spoken."""
    found = kept(entry)
    return _read(entry) if found is None else found


def once(name: str, read: Callable[[], T]) -> T:
    """Another list, which is read once inside `keeping`, and so inside `at_once`."""
    made = _MADE.get()
    if made is None:
        return read()
    if name not in made:
        made[name] = read()
    found: T = made[name]
    return found


def keeps() -> bool:
    """Whether what `once` reads is kept, so that it is worth to read for many at a time."""
    return _MADE.get() is not None


@contextmanager
def keeping() -> Iterator[None]:
    """Inside, other lists than interests and places are read once."""
    if keeps():
        yield
        return
    made = _MADE.set({})
    try:
        yield
    finally:
        _MADE.reset(made)


@contextmanager
def at_once() -> Iterator[None]:
    """Inside, two statements are all that names, lists and rules need of interests and places."""
    if _READ.get() is not None:
        yield
        return
    read: Read = {entry: _read(entry) for entry in (Interest, Place)}
    token = _READ.set(read)
    names = {entry: {known.slug: known.name for known in rows} for entry, rows in read.items()}
    try:
        with keeping(), knowing(names, everything=True):
            yield
    finally:
        _READ.reset(token)


def _read(entry: type[Interest | Place]) -> list[Known]:
    """One statement."""
    own: tuple[Any, ...] = (Interest.group_name, Interest.group_names, false())
    if entry is Place:
        own = (Place.country, null(), Place.whole_country)
    columns = (entry.id, entry.slug, entry.name, entry.names, entry.bit, entry.retired, *own)
    spoken = current()
    return [
        Known(id, slug, names.get(spoken, name), (groups or {}).get(spoken, group), bit, retired, bool(whole))
        for id, slug, name, names, bit, retired, group, groups, whole in db.session.execute(
            select(*columns).order_by(entry.position, entry.slug)
        )
    ]
