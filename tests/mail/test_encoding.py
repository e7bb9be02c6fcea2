"""Blobs and values: whatever the words, the lines are sound and decode to exactly the words."""

import quopri
import re
from html import escape

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from portal.mail.encoding import (
    Slot,
    clean,
    cut,
    encode_html,
    encode_text,
    field,
    html_value,
    outside_fields,
    text_value,
)
from portal.markdown import FIELD_CLOSE, FIELD_OPEN

ANY = st.text(st.characters(exclude_characters=[FIELD_OPEN, FIELD_CLOSE]), max_size=300)
TRICKY = st.one_of(
    ANY,
    st.lists(st.sampled_from([".", "..", "From ", "=", "=3D", " ", "\t", "\n", "\r", "\r\n", "ü", "😀", "x" * 71, "\0",
                              "\u2028", "\x85", "\ud800", "--", "a b", "&", "<", '"', "'"]), max_size=40).map("".join),
)  # fmt: skip


def joined(blob: bytes, html: bool, value: str) -> bytes:
    """The blob with this value in every field."""
    encode = html_value if html else text_value
    return b"".join(
        piece if isinstance(piece, bytes) else encode(value) if value else piece.fallback or b""
        for piece in cut(blob, html)
    )


def assert_sound(octets: bytes) -> None:
    """RFC 2045 §6.7 and what we promise beyond it."""
    assert re.fullmatch(rb"[\t\r\n -~]*", octets)
    assert not re.search(rb"\r(?!\n)|(?<!\r)\n", octets)
    assert not re.search(rb"[ \t]\r\n|[ \t]\Z", octets)
    for line in octets.split(b"\r\n"):
        assert len(line) <= 76
        assert not line.startswith((b".", b"From "))
        assert not re.search(rb"=(?![0-9A-F]{2}|$)", line)


def decoded(octets: bytes) -> str:
    return quopri.decodestring(octets).decode().replace("\r\n", "\n")


@given(st.lists(TRICKY, min_size=1, max_size=4), TRICKY, TRICKY, st.booleans())
@example(["Hello ", ","], ".", ".", False)
@example(["", "\n", ""], "From here", "", False)
@example(["x" * 76, "x" * 76], "y" * 400, ".", True)
def test_any_text_with_any_value_survives(texts: list[str], value: str, fallback: str, html: bool) -> None:
    fallback = fallback.replace("|", "")
    mark = field("name", fallback)
    blob = (encode_html if html else encode_text)(mark.join(texts))
    octets = joined(blob, html, value)
    assert_sound(octets)
    put_in = clean(value or fallback)
    expected = (escape(put_in) if html else put_in).join(map(clean, texts))
    assert decoded(octets) == expected.replace("\r\n", "\n")


@given(st.lists(TRICKY, max_size=4))
def test_blobs_may_stand_side_by_side(texts: list[str]) -> None:
    octets = b"".join(map(encode_text, texts))
    assert_sound(octets)
    assert decoded(octets) == "".join(map(clean, texts))


def test_value_stands_between_soft_breaks() -> None:
    assert encode_text(f"Hello {field('name', 'friend')}, good day\n") == (
        b"Hello=20=\r\n\0name|friend\0=\r\n, good day\r\n"
    )
    assert list(cut(encode_html(f"a{field('name')}"), True)) == [b"a=\r\n", Slot("name", True, None), b"=\r\n"]


def test_fallback_is_encoded_like_a_value() -> None:
    mark = field("name", "<you> & ü")
    assert decoded(joined(encode_html(mark), True, "")) == "&lt;you&gt; &amp; ü"
    assert decoded(joined(encode_text(mark), False, "")) == "<you> & ü"


@pytest.mark.parametrize("text", [FIELD_OPEN, FIELD_CLOSE, f"{FIELD_OPEN}Na me{FIELD_CLOSE}", f"a{FIELD_OPEN}name",
                                  f"{FIELD_OPEN}{FIELD_CLOSE}", f"{FIELD_OPEN}name|a{FIELD_OPEN}name{FIELD_CLOSE}"])  # fmt: skip
def test_broken_field_is_an_error(text: str) -> None:
    with pytest.raises(ValueError, match="merge field"):
        encode_text(text)
    with pytest.raises(ValueError, match="merge field"):
        encode_html(text)


def test_lines_are_as_long_as_they_may_be() -> None:
    """Else the property above would hold for an encoder that breaks after every letter."""
    lines = encode_text("x" * 730).split(b"\r\n")[:-1]
    assert {len(line) for line in lines} == {74}


def test_change_outside_fields_only() -> None:
    assert outside_fields(escape, f"a&b{field('name', 'c&d')}e&f") == f"a&amp;b{field('name', 'c&d')}e&amp;f"
