"""Words to quoted-printable blobs that are cut at their merge fields.

A blob is RFC 2045 quoted-printable with a field as NUL name[|encoded fallback] NUL: quoted-printable holds
no NUL, so nothing can be mistaken for one. A blob begins at the start of a line and ends a line; so does what
stands on each side of a field. That is why blobs and values may be joined in any order and no value can make
a line too long or begin it with a dot (no dot-stuffing) or with "From " (no mbox quoting).

Own code, because `quopri` and `binascii.b2a_qp` know nothing of fields and leave dots at the start of lines.
"""

import re
from collections.abc import Callable, Iterator
from html import escape
from quopri import decodestring
from typing import NamedTuple

from portal.markdown import FIELD_CLOSE, FIELD_OPEN

FIELD = re.compile(rf"{FIELD_OPEN}([a-z][a-z0-9_]*)(?:\|([^{FIELD_OPEN}{FIELD_CLOSE}]*))?{FIELD_CLOSE}")

# Controls (but tab and newline) are of no use in a text, and a lone surrogate has no UTF-8.
_DROPPED = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff]")
_QUOTED = [bytes([n]) if n == 9 or (32 <= n < 127 and n != 61) else b"=%02X" % n for n in range(256)]
# 73 octets, not cut inside "=XX": room for an escaped first octet (+2) and the soft break (+1) up to 76.
_PIECE = re.compile(rb"[^\n]{1,73}(?<!=)(?<!=.)")
_SOFT = b"=\r\n"
_PLAIN_TEXT = re.compile(r"(?!\.|From )[ -<>-~]{0,75}")
_PLAIN_HTML = re.compile(r"(?!\.|From )[ !#-%(-;?-~]{0,75}")


class Slot(NamedTuple):
    """A place for a value: the field's name, whether it stands in HTML, and its encoded fallback."""

    name: str
    html: bool
    fallback: bytes | None


def field(name: str, fallback: str = "") -> str:
    """A merge field in a text: each recipient's value `name`, or the fallback when that is empty."""
    return f"{FIELD_OPEN}{name}{'|' + fallback if fallback else ''}{FIELD_CLOSE}"


def outside_fields(change: Callable[[str], str], text: str) -> str:
    """`text` with everything but its fields changed; a field and its raw fallback stay as they are."""
    parts, last = [], 0
    for found in FIELD.finditer(text):
        parts += [change(text[last : found.start()]), found[0]]
        last = found.end()
    return "".join([*parts, change(text[last:])])


def encode_html(html: str) -> bytes:
    """The blob of an HTML text. Values put in later are escaped. Raises ValueError for a broken field."""
    return _blob(html, html_value)


def encode_text(text: str) -> bytes:
    """The blob of a plain text. Raises ValueError for a broken field."""
    return _blob(text, text_value)


def text_value(value: str) -> bytes:
    """A value as it stands in the text part: quoted-printable, lines of at most 76 octets."""
    return value.encode() if _PLAIN_TEXT.fullmatch(value) else _quoted(value)


def html_value(value: str) -> bytes:
    """A value as it stands in the HTML part, in text or a quoted attribute: escaped, quoted-printable."""
    return value.encode() if _PLAIN_HTML.fullmatch(value) else _quoted(escape(value))


def cut(blob: bytes, html: bool) -> Iterator[bytes | Slot]:
    """The pieces of a blob in order: octets as they are sent, and slots."""
    for index, piece in enumerate(blob.split(b"\0")):
        if index % 2:
            name, bar, fallback = piece.partition(b"|")
            yield Slot(name.decode(), html, fallback if bar else None)
        elif piece:
            yield piece


def opening(blob: bytes) -> str:
    """The first line with anything in it of an encoded text, fields by their fallback: what a part is known by."""
    pieces = [(piece.fallback or b"") if isinstance(piece, Slot) else piece for piece in cut(blob, False)]
    lines = decodestring(b"".join(pieces)).decode("utf-8", "replace").splitlines()
    return next((line.strip() for line in lines if line.strip()), "")


def clean(text: str) -> str:
    """`text` with "\\n" for every line end and without the characters that no part may hold."""
    return _DROPPED.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


def _blob(text: str, value: Callable[[str], bytes]) -> bytes:
    blob, last = b"", 0
    for found in FIELD.finditer(text):
        fallback = b"" if found[2] is None else b"|" + value(found[2])
        blob += _piece(text[last : found.start()]) + b"\0" + found[1].encode() + fallback + b"\0" + _SOFT
        last = found.end()
    return blob + _piece(text[last:])


def _piece(text: str) -> bytes:
    """Quoted text that ends its line, by a soft break unless by its own."""
    if FIELD_OPEN in text or FIELD_CLOSE in text:
        raise ValueError("a merge field is not closed or not named right")
    quoted = _quoted(text)
    return quoted + _SOFT if quoted and not quoted.endswith(b"\r\n") else quoted


def _quoted(text: str) -> bytes:
    """Quoted-printable of a text; its last line has no break of its own."""
    return b"\r\n".join(map(_line, clean(text).encode().split(b"\n")))


def _line(line: bytes) -> bytes:
    quoted = b"".join([_QUOTED[octet] for octet in line])
    if quoted[-1:] in (b" ", b"\t"):  # white space at the end of a line gets lost on the way
        quoted = quoted[:-1] + b"=%02X" % quoted[-1]
    return _SOFT.join(map(_start, _PIECE.findall(quoted)))


def _start(piece: bytes) -> bytes:
    return b"=%02X" % piece[0] + piece[1:] if piece.startswith((b".", b"From ")) else piece
