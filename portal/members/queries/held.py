"""Everything that is held about a member, as each slice tells it (P12). `wiring.HOLDERS` is the list.

A slice that keeps something about people offers `export` in its `queries/held.py` and `erase` in its
`actions/erase.py`; a test knows every table that can hold a person and fails when no Holder names it.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias

from flask import current_app

from portal.members.models import Member

Data: TypeAlias = "bool | int | str | Sequence[Data] | dict[str, Data] | None"
"""What goes into the JSON. Times are ISO 8601."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that is held, in the reader's words: what it is called, and sentences or values beneath."""

    name: str
    said: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Section:
    """One kind of things that are held. Its texts are in the language of the reader; `data` never is.

    `key`: its name in the JSON. `about`: a sentence on what this is and why it is kept. Newest entries first.
    """

    key: str
    title: str
    about: str
    entries: Sequence[Entry]
    data: Data


@dataclass(frozen=True, slots=True)
class File:
    """A file of its own in the archive, by its path in there."""

    path: str
    content: bytes


def no_files(member: Member, now: datetime) -> Iterable[File]:
    """For a slice that has nothing which deserves a file."""
    return ()


@dataclass(frozen=True, slots=True)
class Holder:
    """What a slice keeps about people: in which tables, how it is told, and how it is erased.

    `erase` runs before the member's row goes (what refers to it with ON DELETE CASCADE goes by itself), in the
    transaction of the whole erasure; it never commits.
    """

    name: str
    tables: tuple[str, ...]
    export: Callable[[Member, datetime], list[Section]]
    erase: Callable[[Member, datetime], None]
    files: Callable[[Member, datetime], Iterable[File]] = no_files


def holders() -> list[Holder]:
    """All of them, lower slices first."""
    found: list[Holder] = current_app.extensions["holders"]
    return found


def sections(member: Member, now: datetime) -> list[Section]:
    """Everything, in words and as data, in the language that is spoken now."""
    return [section for holder in holders() for section in holder.export(member, now)]
