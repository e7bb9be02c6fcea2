"""A file in pieces of some hundred rows, and each piece brought in together with the note of how far we are: stopped
at any moment, by whatever, the next start finds each row either done and counted or neither."""

from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice

from portal.audience.actions.importing import runs, store
from portal.audience.actions.importing.people import Person, Reader
from portal.audience.actions.importing.problems import Problem
from portal.audience.actions.importing.seen import Seen
from portal.audience.actions.importing.source import Row, Source, rows
from portal.members.queries.addresses import BadAddress


@dataclass(slots=True)
class Piece:
    """Some rows that follow each other. `end`: how many rows there are up to here; `line`: where the last begins.

    `counts` holds what is known of them without the database: wrong rows, and people who stood in the file before.
    """

    end: int = 0
    line: int = 0
    fresh: bool = False
    people: list[Person] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)
    problems: list[Problem] = field(default_factory=list)


def pieces(source: Source, reader: Reader, done: int) -> Iterator[Piece]:
    """All of a file. Of its first `done` rows only who they were is remembered (`fresh` is False).

    Raises BadFile where it cannot be read on.
    """
    every, end = rows(source), 0
    with closing(Seen()) as seen:
        while found := list(islice(every, store.CHUNK)):
            piece = Piece(end + len(found), found[-1].line)
            for number, row in enumerate(found, end + 1):
                _read(row, number > done, piece, reader, seen)
            end = piece.end
            yield piece


def _read(row: Row, fresh: bool, piece: Piece, reader: Reader, seen: Seen) -> None:
    try:
        address = reader.address(row)
    except BadAddress as error:
        address, why = None, str(error)
    before = seen.before(address.key, row.line) if address else None
    if not fresh:
        return
    piece.fresh = True
    if address is None:
        piece.problems.append(Problem(row.line, reader.columns.shown["address"], why, taken=False))
        piece.counts["wrong"] += 1
    elif before:
        text = f"the same person as in line {before}: what stands there counts"
        piece.problems.append(Problem(row.line, reader.columns.shown["address"], text, taken=False))
        piece.counts["again"] += 1
    else:
        person, problems = reader.read(row, address)
        piece.problems += problems
        piece.people += [person] if person else []
        piece.counts["wrong"] += person is None


def take(piece: Piece, held: runs.Held, before: Counter[str], now: datetime) -> Counter[str]:
    """Bring a piece in; returns the counts up to here. The caller commits.

    Raises runs.Busy, and store.Meanwhile: then roll back and take it again.
    """
    runs.advance(held, {}, now)  # first of all, as SQLite now lets nobody else write until the commit
    total = before + piece.counts + counted(piece.people, store.take(piece.people, held.id, now))
    runs.advance(held, {"done": piece.end, "counts": dict(total)}, now)
    return total


def counted(people: Sequence[Person], became: dict[str, str]) -> Counter[str]:
    """How many became what; of who cannot be mailed also why ("invited:no_time")."""
    counts: Counter[str] = Counter()
    for person in people:
        what = became[person.address.key]
        counts[what] += 1
        if what == store.INVITED:
            counts[f"{what}:{person.reason}"] += 1
    return counts
