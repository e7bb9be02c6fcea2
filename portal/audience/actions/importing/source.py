"""A CSV file as it comes: its encoding, its delimiter, the names of its columns; then its rows, one at a time.

It is read through once before anything is imported, so that a byte in a wrong encoding half way down is found while
nothing has been done yet. Never more of it than a piece is in memory.
"""

import codecs
import csv
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from portal.audience.actions.importing.problems import BadFile

MARKS = {
    codecs.BOM_UTF8: "utf-8-sig",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}
NAMES = {"utf-8": "UTF-8", "utf-8-sig": "UTF-8", "utf-16": "UTF-16"}
DELIMITERS = ",;\t"
MOST_COLUMNS = 200
PIECE = 1 << 20
SAVE = "Save it as CSV in UTF-8 and import that"


@dataclass(frozen=True, slots=True)
class Source:
    """A file that can be read. `lines`: about how many; `digest`: SHA-256 of all of it."""

    path: Path
    encoding: str
    delimiter: str
    header: tuple[str, ...]
    lines: int
    digest: bytes


@dataclass(frozen=True, slots=True)
class Row:
    """One row: the line it begins on, counted from 1, and its cells, as many as there are columns."""

    line: int
    cells: tuple[str, ...]


def look(path: Path) -> Source:
    """Read a file through once. Raises BadFile, before anything was imported."""
    with path.open("rb") as raw:
        start = raw.read(4)
        encoding = next((name for mark, name in MARKS.items() if start.startswith(mark)), "utf-8")
        if not start:
            raise BadFile(f"{path.name} is empty.")
        if start.startswith(b"PK\x03\x04"):
            raise BadFile(f"{path.name} is a spreadsheet or an archive, not CSV. {SAVE}.")
        raw.seek(0)
        digest, lines = _through(raw, encoding, path.name)
    delimiter, header = _header(path, encoding)
    return Source(path, encoding, delimiter, header, lines, digest)


def _through(raw: BinaryIO, encoding: str, name: str) -> tuple[bytes, int]:
    """The digest and the number of line ends; raises BadFile for a byte that does not belong there."""
    sum_, decoder, lines = hashlib.sha256(), codecs.getincrementaldecoder(encoding)(), 0
    while True:
        piece = raw.read(PIECE)
        sum_.update(piece)
        try:
            text = decoder.decode(piece, final=not piece)
        except UnicodeDecodeError as error:
            bad, before = error.object[error.start : error.start + 1], error.object[: error.start]
            line = lines + before.decode(NAMES[encoding], "replace").count("\n") + 1
            raise BadFile(
                f"{name}, line {line}: the byte 0x{bad.hex()} is not {NAMES[encoding]}. {SAVE}. Nothing was imported."
            ) from None
        if "\0" in text:
            line = lines + text[: text.index("\0")].count("\n") + 1
            raise BadFile(f"{name}, line {line}: there is a zero byte, so this is not UTF-8 text. {SAVE}.")
        lines += text.count("\n")
        if not piece:
            return sum_.digest(), lines


def _header(path: Path, encoding: str) -> tuple[str, tuple[str, ...]]:
    """The delimiter that makes most of the first line, and the columns' names."""
    found = {delimiter: _first(path, encoding, delimiter) for delimiter in DELIMITERS}
    delimiter = max(found, key=lambda d: len(found[d]))
    header = tuple(" ".join(cell.split()) for cell in found[delimiter])
    if not header:
        raise BadFile(f"{path.name} holds only empty lines.")
    if len(header) > MOST_COLUMNS:
        raise BadFile(f"{path.name} has {len(header)} columns: leave out what is not needed, down to {MOST_COLUMNS}.")
    if any("@" in name for name in header):
        raise BadFile(f"{path.name}: the first line holds an address. Put a line above it that names the columns.")
    places: dict[str, int] = {}
    for number, name in enumerate(header, 1):
        before = places.setdefault(name.casefold(), number)
        if name and before != number:
            raise BadFile(f"{path.name}: columns {before} and {number} are both called “{name}”. Rename one of them.")
    return delimiter, header


def _first(path: Path, encoding: str, delimiter: str) -> list[str]:
    with path.open(encoding=encoding, newline="") as text:
        try:
            return next((cells for cells in csv.reader(text, delimiter=delimiter, strict=True) if any(cells)), [])
        except csv.Error:
            return []


def rows(source: Source) -> Iterator[Row]:
    """The rows below the header, but for empty lines. Raises BadFile where quotation marks do not match: what
    follows could be read in two ways, so nothing of it is."""
    width = len(source.header)
    with source.path.open(encoding=source.encoding, newline="") as text:
        reader = csv.reader(text, delimiter=source.delimiter, strict=True)
        line, headed = 1, False
        try:
            for cells in reader:
                if any(cells) and headed:
                    yield Row(line, tuple(cells) + ("",) * (width - len(cells)))
                headed = headed or any(cells)
                line = reader.line_num + 1
        except csv.Error:
            raise BadFile(
                f"{source.path.name}, line {line}: a quotation mark is opened and not closed, or stands inside a "
                "value alone. Double those inside, mend the line, and import the file again: "
                "who is in by then is not imported twice."
            ) from None
