"""3,000 names and subjects that somebody may type, through the whole message path and back from the octets."""

import random
import re
from email import message_from_bytes, policy
from email.header import decode_header, make_header
from html import escape

from portal.mail.encoding import encode_html, encode_text, field
from portal.mail.message import BadRecipient, Frozen, prepare
from portal.mail.shell import Shell
from tests.mail.samples import frozen, recipient

COUNT = 3_000
PIECES = [
    "Ana", "Silva", "O'Neill", "van der", "Müller", "Žižek", "Nguyễn", "Łukasz", "דוד", "محمد", "王小明", "ศรี", "Ξένια",
    "😀", "👩‍👩‍👧‍👦", "🇵🇹", "e\u0301", "Z\u0335\u0321a\u0353", "\u202e", "\u200b", "\u00a0", "\u00ad", "ß", "ﬁ", "𝔘",
    "=?utf-8?q?x?=", "=?x?=", "=?", "?=", "=2C", ",", ";", ":", "@", "<", ">", "(", ")", "[", "]", ".", '"', "'", "\\", "\\\\",
    " ", "  ", "\t", "\0", "\r", "\n", "\r\n", "\r\nBcc: evil@example.org", "\n\n", "\x0b", "\x0c", "\x1c", "\x1d", "\x1e",
    "\x85", "\u2028", "\u2029", "\ud800", "\udfff", "\x1b[0m", "\x7f", "&amp;", "{{ x }}", "[[name]]", "%s", "{0}", "--=_x",
    "From ", "x" * 80, "ü" * 60, "a b " * 25, "&", "=", "_", "?", "!",
]  # fmt: skip
FORBIDDEN = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")
"""Written again here on purpose: the one in the code is on trial."""


READ = policy.SMTP.header_factory
PLAIN = {"subject": field("subject"), "one_click": False}


def values() -> list[str]:
    chance = random.Random(2026)  # the same every time
    return ["".join(chance.choices(PIECES, k=chance.randint(1, 9))) for _ in range(COUNT)]


def letter() -> Frozen:
    words = f"Hello {field('name')} and good day"
    return frozen(Shell("<html>", "</html>", "", ""), [(encode_html(words), encode_text(words))], **PLAIN)


def raw(octets: bytes, header: str) -> str:
    """One header, unfolded; fails unless it is there exactly once."""
    (found,) = re.findall(
        rf"^{header}: ([^\r\n]*(?:\r\n[ \t][^\r\n]*)*)", octets.partition(b"\r\n\r\n")[0].decode("ascii"), re.MULTILINE
    )
    return found.replace("\r\n", "")


def display_name(octets: bytes) -> str:
    """By RFC 2047 if encoded (Python 3.11's newer parser leaves spaces between two words), else by the newer parser."""
    text = raw(octets, "To").rpartition("<")[0].strip()
    return (
        str(make_header(decode_header(text)))
        if "=?" in text
        else READ("To", raw(octets, "To")).addresses[0].display_name
    )


def test_names_and_subjects_survive_or_fail_alone():
    ready, failed = prepare(letter()), []
    expected_keys = list(message_from_bytes(ready.build(someone("Ana", "Hello"))).keys())
    assert len(expected_keys) == len(set(expected_keys))
    everything = values()
    for name, subject in zip(everything, reversed(everything), strict=True):
        clean_name, clean_subject = FORBIDDEN.sub("", name).strip(), FORBIDDEN.sub("", subject).strip()
        must_fail = not clean_subject or max(len(clean_name), len(clean_subject)) > 500
        may_fail = len(name.encode("utf-8", "replace")) > 300  # as a value it may become too long on the wire
        try:
            octets = ready.build(someone(name, subject))
        except BadRecipient:
            failed.append(must_fail or may_fail)
            continue
        assert not must_fail
        message = message_from_bytes(octets)
        assert list(message.keys()) == expected_keys, name
        assert [to.addr_spec for to in READ("To", raw(octets, "To")).addresses] == ["ana@example.org"], name
        assert display_name(octets) == clean_name, name
        assert str(make_header(decode_header(raw(octets, "Subject")))) == clean_subject, subject
        assert READ("Subject", raw(octets, "Subject")) == clean_subject, subject
        assert "?==?" not in raw(octets, "Subject")
        assert all(len(word) <= 75 for word in re.findall(r"=\?utf-8\S+\?=", raw(octets, "Subject")))
        lines = octets.split(b"\r\n")
        assert not any(b"\r" in line or b"\n" in line or line.startswith((b".", b"From ")) for line in lines)
        assert max(map(len, lines)) <= 998
        assert max(map(len, lines[lines.index(b"") :])) <= 76
        assert "Bcc" not in message
        text, html = (part.get_payload(decode=True).decode().replace("\r\n", "\n") for part in message.get_payload())
        assert text.strip("\n") == body(name).strip("\n"), name
        assert html.rstrip("\n") == f"<html>{escape(body(name))}</html>", name
    assert all(failed)  # and nobody else
    assert 20 < len(failed) < COUNT / 10


def someone(name: str, subject: str):
    return recipient(address="ana@example.org", name=name, mask=1, values={"name": name, "subject": subject})


def body(name: str) -> str:
    """What of a name may stand in a text: line ends and tabs stay, other controls go."""
    lines = name.replace("\r\n", "\n").replace("\r", "\n")
    return "Hello " + re.sub("[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff]", "", lines) + " and good day"
