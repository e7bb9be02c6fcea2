"""Looking for words in whatever form they may be kept: text, JSON, mail encodings, archives, raw files."""

import base64
import binascii
import io
import json
import quopri
import re
import zipfile
import zlib
from collections.abc import Collection, Iterator
from pathlib import Path
from urllib.parse import unquote_to_bytes

from sqlalchemy import MetaData, select

from portal.db import db

_BASE64 = re.compile(rb"(?:[A-Za-z0-9+/]{4}(?:\r?\n)?){4,}={0,2}")
_JSON_ESCAPE = re.compile(r"\\u([0-9a-fA-F]{4})")


def forms(data: bytes) -> Iterator[bytes]:
    """The bytes, and what they mean in the encodings that hide words."""
    yield data
    text = data.decode("utf-8", "ignore")
    yield _JSON_ESCAPE.sub(lambda found: chr(int(found[1], 16)), text).encode("utf-8", "replace")
    yield quopri.decodestring(data)
    yield quopri.decodestring(data, header=True)
    yield unquote_to_bytes(data)
    for found in _BASE64.findall(data):
        try:
            yield base64.b64decode(found)
        except binascii.Error:
            continue
    yield from _unpacked(data)


def _unpacked(data: bytes) -> Iterator[bytes]:
    start = data.find(b"PK\x03\x04")
    if start < 0:
        return
    try:
        archive = zipfile.ZipFile(io.BytesIO(data[start:]))
        for member in archive.infolist():
            yield member.filename.encode()
            yield from forms(archive.read(member))
    except (zipfile.BadZipFile, zlib.error):  # part of one, as it may lie about in a file
        return


def found_in(data: bytes, needles: Collection[str]) -> set[str]:
    """Those of the needles that are in there, without case."""
    texts = [form.decode("utf-8", "ignore").casefold() for form in forms(data)]
    texts += [form.decode("latin-1").casefold() for form in (data,)]
    return {needle for needle in needles if any(needle.casefold() in text for text in texts)}


def in_tables(needles: Collection[str]) -> list[str]:
    """Where in any column of any table of the database they are, as "table.column: needle"."""
    tables = MetaData()
    tables.reflect(db.engine)  # the database's own list, not the models'
    hits = []
    for table in tables.sorted_tables:
        for row in db.session.execute(select(table)):
            for column, value in row._mapping.items():
                hits += [f"{table.name}.{column}: {needle}" for needle in found_in(_bytes(value), needles)]
    db.session.rollback()
    return hits


def _bytes(value: object) -> bytes:
    if isinstance(value, bytes | memoryview):
        return bytes(value)
    return value.encode() if isinstance(value, str) else json.dumps(value, default=str, ensure_ascii=False).encode()


def in_files(folder: Path, needles: Collection[str]) -> list[str]:
    """Which files below a folder, read as they lie on the disk, have them in their name or content."""
    files = [path for path in folder.rglob("*") if path.is_file()]
    return [
        f"{path.relative_to(folder)}: {needle}"
        for path in files
        for needle in found_in(path.name.encode() + b"\n" + path.read_bytes(), needles)
    ]
