"""One message from frozen parts: what is the same for all is made once, for each person it is a join.

`prepare(frozen).build(recipient)` gives the octets that go over the wire, by E-01 to E-17. No template engine
and no `EmailMessage`: they cost more than forty times as much (benchmarks/). Knows no database.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime
from heapq import nlargest
from quopri import decodestring

from portal.mail import headers
from portal.mail.encoding import FIELD, Slot, cut, html_value, text_value
from portal.mail.headers import BadRecipient
from portal.mail.parts import bits, unpack

MAX_FIELD = 1000
"""Octets that one merge value may take on the wire. With it `size` is a true upper bound."""
MAX_URL = 300
"""The same for our own links, by fields called …_url: there may be one at each part."""

BY_HAND = "letter"
"""The kind of mailing that one person writes to another: no machine wrote it, and no list carries it in bulk (E-10)."""

_PART = b"%b--%b\r\nContent-Type: text/%b; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n"


@dataclass(frozen=True, slots=True)
class Frozen:
    """What is the same for all recipients of a mailing. The blobs come from `encode_html` and `encode_text`.

    `subject` may hold merge fields. `one_click` adds the headers for leaving a list: each recipient then needs
    the value `unsubscribe_url`. `bulk` marks newsletters; other mail but BY_HAND says that a machine wrote it (E-10).
    """

    from_name: str
    from_address: str
    reply_to: str | None
    subject: str
    kind: str
    uid: str
    domain: str
    list_id: str | None
    list_name: str | None
    feedback_id: str | None
    one_click: bool
    bulk: bool
    html_before: bytes
    html_after: bytes
    text_before: bytes
    text_after: bytes
    fragments: tuple[tuple[bytes, bytes], ...]


@dataclass(frozen=True, slots=True)
class Recipient:
    """One person's share. Bit i of `mask`: fragment i is in; with `picks` those are, in that order (`Delivery.picks`).
    `date`: aware, of the first attempt (E-08)."""

    delivery_id: int
    address: str
    name: str
    date: datetime
    mask: int
    values: Mapping[str, str]
    picks: bytes | None = None


_Layout = tuple[list[bytes], list[tuple[Slot, list[int]]]]


class Prepared:
    """A mailing ready to be joined with one recipient after another."""

    def __init__(self, frozen: Frozen) -> None:
        self.frozen = frozen
        self._boundary = b"=_" + headers.identifier(frozen.uid).encode()  # "=_" cannot occur in quoted-printable
        self._html = [list(cut(blob, True)) for blob in _htmls(frozen)]
        self._text = [list(cut(blob, False)) for blob in _texts(frozen)]
        self._subject = None if FIELD.search(frozen.subject) else headers.subject(frozen.subject)
        self._id = f"Message-ID: <{frozen.uid}.%s@{headers.identifier(frozen.domain)}>\r\n"
        self._before, self._after = _first_headers(frozen), _last_headers(frozen, self._boundary)
        self._layouts: dict[int | bytes, _Layout] = {}

    def build(self, recipient: Recipient) -> bytes:
        """The whole message: CRLF line ends, no line begins with a dot. Raises BadRecipient with the reason."""
        parts, slots = self._layout(recipient.mask if recipient.picks is None else recipient.picks)
        parts = parts.copy()
        parts[0] = self._headers(recipient).encode()
        for slot, places in slots:
            value = _fill(slot, recipient.values)
            for place in places:
                parts[place] = value
        return b"".join(parts)

    def _headers(self, recipient: Recipient) -> str:
        values, frozen = recipient.values, self.frozen
        return "".join(
            (
                self._before,
                headers.mailbox("To", recipient.name, recipient.address),
                self._subject or headers.subject(merge(frozen.subject, values)),
                f"Date: {format_datetime(recipient.date)}\r\n",
                self._id % recipient.delivery_id,
                headers.unsubscribe(values.get("unsubscribe_url", "")) if frozen.one_click else "",
                self._after,
            )
        )

    def _layout(self, parts: int | bytes) -> _Layout:
        """Octets in order, with gaps, and which slot fills which gaps; kept, as few masks are in use."""
        found = self._layouts.get(parts)
        if found is None:
            if len(self._layouts) >= 1000:
                self._layouts.clear()
            found = self._layouts[parts] = self._lay_out(_positions(parts, len(self.frozen.fragments)))
        return found

    def _lay_out(self, positions: Sequence[int]) -> _Layout:
        parts: list[bytes] = [b""]
        gaps: dict[Slot, list[int]] = {}
        for subtype, blobs in ((b"plain", self._text), (b"html", self._html)):
            parts.append(_PART % (b"" if subtype == b"plain" else b"\r\n", self._boundary, subtype))
            for piece in _chosen(blobs, positions):
                if isinstance(piece, Slot):
                    gaps.setdefault(piece, []).append(len(parts))
                parts.append(b"" if isinstance(piece, Slot) else piece)
            if not parts[-1].endswith(b"\r\n") or parts[-1].endswith(b"=\r\n"):
                parts.append(b"\r\n")  # a part must not end in a soft break
        return [*parts, b"\r\n--%b--\r\n" % self._boundary], list(gaps.items())


def prepare(frozen: Frozen) -> Prepared:
    """What can be made once for a mailing. Raises ValueError for what could be sent to nobody."""
    return Prepared(frozen)


def merge(text: str, values: Mapping[str, str]) -> str:
    """`text` with its fields filled in, unescaped: for subjects. Raises BadRecipient for a missing value."""
    return FIELD.sub(lambda found: _value(found[1], found[2], values), text)


def size(frozen: Frozen, most: int | None = None) -> int:
    """The most octets of HTML that any recipient can get, decoded (E-32): with every fragment in, or with the `most`
    largest of them."""
    before, *fragments, after = (_weight(blob) for blob in _htmls(frozen))
    return before + after + sum(fragments if most is None else nlargest(most, fragments))


def _weight(html: bytes) -> int:
    return sum(_most(p.name) if isinstance(p, Slot) else len(decodestring(p)) for p in cut(html, True))


def _most(name: str) -> int:
    return MAX_URL if name.endswith("_url") else MAX_FIELD


def _htmls(frozen: Frozen) -> list[bytes]:
    return [frozen.html_before, *(html for html, _ in frozen.fragments), frozen.html_after]


def _texts(frozen: Frozen) -> list[bytes]:
    return [frozen.text_before, *(text for _, text in frozen.fragments), frozen.text_after]


def _positions(parts: int | bytes, count: int) -> Sequence[int]:
    """Those that a mask or picks name. Raises BadRecipient for one that a mailing of `count` fragments lacks."""
    if isinstance(parts, bytes):
        found = unpack(parts) if len(parts) % 2 == 0 else (count,)
    else:
        found = bits(parts) if parts >= 0 else (count,)
    if max(found, default=-1) >= count:
        raise BadRecipient("The delivery names a part that this mailing does not have.")
    return found


def _chosen(blobs: list[list[bytes | Slot]], positions: Sequence[int]) -> list[bytes | Slot]:
    """The pieces of the first blob, of the fragments at these positions, and of the last."""
    fragments = [blobs[1 + position] for position in positions]
    return [piece for pieces in (blobs[0], *fragments, blobs[-1]) for piece in pieces]


def _value(name: str, fallback: str | None, values: Mapping[str, str]) -> str:
    """The value; a field with a fallback may be empty or missing, another must be there."""
    if fallback is not None:
        return values.get(name) or fallback
    if name not in values:
        raise BadRecipient(f"There is no value for “{name}”.")
    return values[name]


def _fill(slot: Slot, values: Mapping[str, str]) -> bytes:
    name, html, fallback = slot
    value = _value(name, None if fallback is None else "", values)
    octets = (html_value(value) if html else text_value(value)) if value else fallback or b""
    if len(octets) > _most(name):
        raise BadRecipient(f"The value for “{name}” is too long to send.")
    return octets


def _first_headers(frozen: Frozen) -> str:
    reply_to = headers.mailbox("Reply-To", "", frozen.reply_to) if frozen.reply_to else ""
    return headers.mailbox("From", frozen.from_name, frozen.from_address) + reply_to


def _last_headers(frozen: Frozen, boundary: bytes) -> str:
    lines = "Precedence: bulk\r\n" if frozen.bulk else "Auto-Submitted: auto-generated\r\n"
    if frozen.kind == BY_HAND:
        lines = ""
    if frozen.list_id:
        lines += headers.list_id(frozen.list_name or "", frozen.list_id)
    if frozen.feedback_id:
        lines += headers.verbatim("Feedback-ID", frozen.feedback_id)
    kind = f'Content-Type: multipart/alternative; boundary="{boundary.decode()}"\r\n'
    return f"{lines}MIME-Version: 1.0\r\n{kind}\r\n"
