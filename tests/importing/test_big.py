"""A list may be longer than memory is large."""

import tracemalloc
from datetime import datetime
from pathlib import Path

from flask import Flask

from portal.audience.actions.importing import bring, store
from portal.audience.actions.importing.columns import match
from portal.audience.actions.importing.people import Reader, choices
from portal.audience.actions.importing.proof import Rules
from portal.audience.actions.importing.source import look
from portal.db import db

LONG = "x" * 4000


def peak(path: Path, rows: int, now: datetime) -> int:
    """The most memory that reading and sorting such a file took, in bytes."""
    with path.open("w") as file:
        file.write("mail,name,consent_time,consent_way,more\n")
        file.writelines(f"p{n}@example.org,P{n},2026-03-01,web form,{LONG}\n" for n in range(rows))
    tracemalloc.start()
    source = look(path)
    columns = match(source.header, [])
    reader = Reader(columns, len(source.header), choices(), Rules("", ("newsletter",)), now)
    for piece in bring.pieces(source, reader, 0):
        store.sort(piece.people)
        db.session.rollback()
    _now, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return most


def test_memory_does_not_grow_with_the_file(app: Flask, tmp_path: Path, now: datetime) -> None:
    peak(tmp_path / "warm.csv", 500, now)
    small, large = peak(tmp_path / "small.csv", 1000, now), peak(tmp_path / "large.csv", 2500, now)
    assert (tmp_path / "large.csv").stat().st_size > 7_000_000
    assert large < small * 1.2
    assert large < 12_000_000
