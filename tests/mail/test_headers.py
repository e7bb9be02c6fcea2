"""Header fields by hand, compared with what the standard library makes and reads."""

from email import message_from_string, policy
from email.header import decode_header, make_header
from email.headerregistry import Address
from email.message import EmailMessage

import pytest

from portal.mail import headers
from portal.mail.headers import BadRecipient

NAMES = [
    "Ana Silva", "O'Neill", "Ana  Silva", "Dr. Ana Silva", "Silva, Ana", 'Ana "Nan" Silva', "a\\b", "=?utf-8?q?x?=",
    "x =?x?=", "Zoë", "Müller, Jörg", "דוד", "王小明", "😀", "e\u0301", "<b>", "a@b", "(c)", "Ana; B: c", "x" * 200,
    "Ünsal " * 30, "Ana Silva " * 12, "--", ".", "a.b", "ﷺ" * 40, "👩‍👩‍👧‍👦 Family", "Ana:", "[x]", "a=b", "100%",
]  # fmt: skip


def read(line: str) -> EmailMessage:
    found = message_from_string(line + "\r\n", policy=policy.SMTP)
    assert isinstance(found, EmailMessage)
    assert len(found.keys()) == 1
    return found


def tame(line: str) -> bool:
    """RFC 5322 §2.1.1 for any line, RFC 2047 §2 for one with encoded-words."""
    parts = line.split("\r\n")
    return parts[-1] == "" and all(part.isascii() and len(part) <= (76 if "=?" in part else 998) for part in parts)


def name_in(line: str) -> str:
    """The display name. Several encoded-words are read by the older reader: Python 3.11's newer one leaves the space
    between two of them in a name, against RFC 2047 §6.2."""
    if line.count("=?utf-8?") > 1:
        return str(make_header(decode_header(line.partition(": ")[2].rpartition("<")[0].strip())))
    return read(line)["To"].addresses[0].display_name


@pytest.mark.parametrize("name", NAMES)
def test_mailbox_is_what_the_standard_library_reads_and_makes(name: str) -> None:
    line = headers.mailbox("To", name, "ana@example.org")
    assert tame(line)
    assert read(line)["To"].addresses[0].addr_spec == "ana@example.org"
    slow = EmailMessage(policy=policy.SMTP)
    slow["To"] = Address(name.strip(), addr_spec="ana@example.org")
    assert name_in(line) == slow["To"].addresses[0].display_name


@pytest.mark.parametrize("value", [*NAMES, "Three things", "x " * 200, "Ä" * 200, "a\u00a0b", "  ü  ", "Re: =?a?="])
def test_subject_is_what_the_standard_library_reads(value: str) -> None:
    line = headers.subject(value)
    assert tame(line)
    assert "?==?" not in line
    assert read(line)["Subject"] == value.strip()


def test_plain_values_stay_plain() -> None:
    assert headers.mailbox("To", "Ana Silva", "ana@example.org") == "To: Ana Silva <ana@example.org>\r\n"
    assert headers.mailbox("To", "Silva, Ana", "ana@example.org") == 'To: "Silva, Ana" <ana@example.org>\r\n'
    assert headers.mailbox("To", "", "ana@example.org") == "To: ana@example.org\r\n"
    assert headers.subject("Three things to read") == "Subject: Three things to read\r\n"


def test_long_but_ordinary_mailbox_is_folded_before_the_address() -> None:
    line = headers.mailbox(
        "To", "Ana Maria da Conceição e Silva".encode("ascii", "ignore").decode(), "a" * 64 + "@example.org"
    )
    assert line == f"To: Ana Maria da Conceio e Silva\r\n <{'a' * 64}@example.org>\r\n"


@pytest.mark.parametrize(
    "bad", [*"\r\n\0\x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029\x01\x7f\x9f\ud800\udfff", "\r\nBcc: x", "\r\n\r\n"]
)
def test_forbidden_characters_are_taken_out(bad: str) -> None:
    rest = bad.replace("\r", "").replace("\n", "") if "Bcc" in bad else ""
    assert headers.clean(f"Ana{bad}Silva") == f"Ana{rest}Silva"
    assert headers.subject(f"Ana{bad}Silva") == f"Subject: Ana{rest}Silva\r\n"
    assert name_in(headers.mailbox("To", f"Ana{bad}Silva", "ana@example.org")) == f"Ana{rest}Silva"


def test_too_long_or_empty_is_that_recipients_trouble() -> None:
    with pytest.raises(BadRecipient, match="501 characters"):
        headers.mailbox("To", "x" * 501, "ana@example.org")
    for empty in ("", "  ", "\r\n", "\u2028"):
        with pytest.raises(BadRecipient, match="empty"):
            headers.subject(empty)


def test_list_id_is_ascii_with_a_human_name() -> None:
    assert headers.list_id("Fennel & Rowe", "news.example.org") == "List-Id: Fennel & Rowe <news.example.org>\r\n"
    assert headers.list_id("Büro, Köln", "news.example.org") == 'List-Id: "Buro, Koln" <news.example.org>\r\n'
    assert headers.list_id("王", "news.example.org") == "List-Id: <news.example.org>\r\n"
    assert headers.list_id("=?x\r\ny", "news.example.org") == "List-Id: xy <news.example.org>\r\n"
    with pytest.raises(ValueError, match="List-Id"):
        headers.list_id("News", "news.example.org>\r\nX: y")


@pytest.mark.parametrize("value", ["a\r\nb", "ü", "a=?b", "x" * 901, "a\0"])
def test_verbatim_takes_nothing_that_would_need_care(value: str) -> None:
    with pytest.raises(ValueError, match="Feedback-ID"):
        headers.verbatim("Feedback-ID", value)


@pytest.mark.parametrize(
    "url",
    ["", "mailto:a@example.org", "https://", "https://x y", "https://x/>\r\nX: y", "https://x/,<b", "javascript:x",
     "https://ü.example", "https://x/=?utf-8?q?y?=", "https://x/" + "y" * 900, "https://x/\u2028"],
)  # fmt: skip
def test_address_for_leaving_must_be_a_plain_one(url: str) -> None:
    with pytest.raises(BadRecipient, match="leaving"):
        headers.unsubscribe(url)


def test_long_address_for_leaving_stays_whole() -> None:
    url = "https://talent.example.org/unsubscribe/" + "x" * 200
    first, second, _ = headers.unsubscribe(url).split("\r\n")
    assert first == f"List-Unsubscribe: <{url}>"
    assert second == "List-Unsubscribe-Post: List-Unsubscribe=One-Click"
