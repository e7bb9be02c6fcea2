"""The rules for a message, E-01 to E-17 one by one, on the octets that arrive at a mail server."""

import re
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from email import policy
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime

import pytest

from portal.mail.encoding import encode_html, encode_text, field
from portal.mail.message import MAX_FIELD, BadRecipient, Frozen, Recipient, merge, prepare, size
from tests.mail.samples import account, html_of, newsletter, parsed, recipient, text_of

ONCE = ("From", "To", "Subject", "Date", "Message-ID", "MIME-Version", "Content-Type", "Reply-To")
LIST = ("List-Unsubscribe", "List-Unsubscribe-Post", "List-Id", "Feedback-ID")


@pytest.fixture
def arrive(smtp, transport):
    """Send messages and give what the server got, in order."""

    def send(*pairs: tuple[Frozen, Recipient]) -> list[bytes]:
        server = smtp()
        relay = transport(server)
        for frozen, to in pairs:
            assert relay.send("b@example.org", to.address, prepare(frozen).build(to), lambda: True).state == "accepted"
        return [message.data for message in server.messages]

    return send


@pytest.fixture
def letters(arrive):
    """The sample newsletter and the sample account mail as they arrived."""
    return arrive((newsletter(), recipient()), (account(), recipient(mask=1)))


def head(octets: bytes) -> str:
    return octets.partition(b"\r\n\r\n")[0].decode("ascii") + "\r\n"


def links(text: str) -> set[str]:
    return set(re.findall(r"(?:https?|mailto):[^\s\"<>)]+", text))


def test_e01_headers_are_there_once(letters):
    for octets in letters:
        names = Counter(name.lower() for name in parsed(octets))
        assert set(names.values()) == {1}
        assert {name.lower() for name in ONCE} <= set(names)
        assert len(parsed(octets)["From"].addresses) == 1
        assert not any(part.defects for part in parsed(octets).walk())


def test_e02_lines(letters):
    for octets in letters:
        assert not re.search(rb"\r(?!\n)|(?<!\r)\n", octets)
        assert not re.search(rb"[^\r\n]{77}", octets.partition(b"\r\n\r\n")[2])
        assert not re.search(rb"[^\r\n]{999}", octets)
        assert not re.search(rb"^(\.|From )", octets.partition(b"\r\n\r\n")[2], re.MULTILINE)
        assert octets.isascii()
        assert octets.endswith(b"--\r\n")


def test_e03_text_first_then_html_with_the_same_links(letters):
    for octets in letters:
        message = parsed(octets)
        assert message.get_content_type() == "multipart/alternative"
        parts = message.get_payload()
        assert [part.get_content_type() for part in parts] == ["text/plain", "text/html"]
        assert {part.get_content_charset() for part in parts} == {"utf-8"}
        assert links(text_of(message)) == links(html_of(message)) - {"http://www.w3.org/1999/xhtml"}


@pytest.mark.parametrize("evil", ["Zoë\r\nBcc: x@example.org", "Zoë\nX-Evil: 1", "Z\rX-Evil: 1", "Z\u2028X-Evil: 1", "Z\x85X-Evil: 1",
                                  "Z\0\x0b\x0c\x1c\x1d\x1eX-Evil: 1", "Z\r\n\r\n<script>", "Z\ud800X-Evil: 1"])  # fmt: skip
def test_e04_no_value_adds_a_header(arrive, evil):
    good, bad = recipient(mask=1), recipient(mask=1, name=evil, values={**recipient().values, "name": evil})
    plain, octets = arrive((account(), good), (account(), bad))
    assert list(parsed(octets).keys()) == list(parsed(plain).keys())
    assert len(parsed(octets)["To"].addresses) == 1


def test_e04_one_bad_recipient_fails_alone():
    ready = prepare(newsletter())
    poison = [{"address": "a\0@example.org"}, {"address": "\ud800@example.org"}, {"address": f"{'x' * 70}@example.org"},
              {"address": "a\u2028@example.org"}, {"name": "x" * 501}, {"values": {}}, {"mask": 16}, {"mask": -1},
              {"values": {**recipient().values, "name": "&" * 201}},
              {"values": {**recipient().values, "unsubscribe_url": "https://x/>\r\nBcc: a@example.org"}}]  # fmt: skip
    for wrong in poison:
        with pytest.raises(BadRecipient, match=r"\.$"):
            ready.build(recipient(**wrong))
        assert parsed(ready.build(recipient()))["To"].addresses[0].addr_spec == "zoe@example.org"


def test_e05_subject(letters):
    assert [parsed(octets)["Subject"] for octets in letters] == [
        "Measure twice: a fridge at 8.04 °C",
        "Zoë, confirm your address",
    ]
    for octets in letters:
        assert "?==?" not in head(octets)
        assert all(len(word) <= 75 for word in re.findall(r"=\?\S+\?=", head(octets)))


def test_e05_field_of_a_subject_is_filled_before_it_is_encoded():
    name = "Ξένια " * 9
    octets = prepare(account()).build(recipient(mask=1, values={**recipient().values, "name": name}))
    assert parsed(octets)["Subject"] == f"{name}, confirm your address"
    octets = prepare(account()).build(recipient(mask=1, values={**recipient().values, "name": ""}))
    assert "\r\nSubject: Friend, confirm your address\r\n" in head(octets)


def test_e06_names(letters):
    to = parsed(letters[0])["To"].addresses[0]
    assert to == Address("Zoë Müller-Lüdenscheidt", addr_spec="zoe@example.org")
    assert parsed(letters[0])["From"].addresses == (Address("Fennel & Rowe", addr_spec="news@talent.example.org"),)


def test_e07_list_headers_are_verbatim(arrive):
    long = "https://talent.example.org/unsubscribe/" + "MTIzNDU.6fYc3ZbqWkQJm1aX" * 8
    to = recipient(values={**recipient().values, "unsubscribe_url": long})
    (octets,) = arrive((newsletter(), to))
    lines = dict(line.split(": ", 1) for line in head(octets).split("\r\n") if ": " in line)
    assert lines["List-Unsubscribe"] == f"<{long}>"
    assert all("=?" not in lines[name] for name in LIST)
    for name in LIST:
        assert f"\r\n{name}: {lines[name]}\r\n" in "\r\n" + head(octets)


def test_e08_retry_is_the_same_octets(arrive, smtp, transport):
    server = smtp({"EOM": {1: "421 4.3.0 later"}})
    relay = transport(server)
    for expected in ("deferred", "accepted"):
        octets = prepare(newsletter()).build(recipient())  # as another worker would, from the same rows
        assert relay.send("b@example.org", "zoe@example.org", octets, lambda: True).state == expected
    assert [a.data for a in server.arrived] == [octets, octets]
    message = parsed(octets)
    assert message["Message-ID"] == "<k3f9a0c2d1.4711@talent.example.org>"
    assert message["Date"].datetime == recipient().date
    assert "zoe" not in message["Message-ID"]


def test_e09_account_mail_has_another_sender(letters):
    assert [parsed(octets)["From"].addresses[0].username for octets in letters] == ["news", "account"]


def test_e10_who_wrote_it(letters):
    issue, confirmation = map(parsed, letters)
    assert (issue["Precedence"], issue["Auto-Submitted"]) == ("bulk", None)
    assert (confirmation["Precedence"], confirmation["Auto-Submitted"]) == (None, "auto-generated")
    alert = parsed(prepare(newsletter(bulk=False)).build(recipient()))
    assert alert["Auto-Submitted"] == "auto-generated"
    assert alert["List-Unsubscribe"]


def test_e11_one_click(letters):
    issue, confirmation = map(parsed, letters)
    assert issue["List-Unsubscribe"] == f"<{recipient().values['unsubscribe_url']}>"
    assert issue["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert not {name.lower() for name in LIST} & {name.lower() for name in confirmation}


def test_e12_everything_a_signature_must_cover_is_there(letters):
    covered = {"from", "to", "subject", "date", "message-id", "mime-version", "content-type", "reply-to",
               "list-id", "feedback-id", "list-unsubscribe", "list-unsubscribe-post"}  # fmt: skip
    assert covered <= {name.lower() for name in parsed(letters[0])}


def test_e15_ways_out_are_in_both_parts(letters):
    for part in (text_of(parsed(letters[0])), html_of(parsed(letters[0]))):
        for name in ("unsubscribe_url", "preferences_url"):
            assert recipient().values[name] in part
            assert len(part.partition(recipient().values[name])[0].encode()) < 90_000
    for word in ("Change what you get", "Leave"):
        assert word in text_of(parsed(letters[0]))
        assert re.search(rf"<a [^>]+>{word}</a>", html_of(parsed(letters[0])))
    assert "nsubscribe" not in html_of(parsed(letters[1]))


def test_e16_list_id(letters):
    assert parsed(letters[0])["List-Id"] == "Fennel & Rowe newsletter <newsletter.talent.example.org>"


def test_e17_feedback_id(letters):
    *_, sender = parsed(letters[0])["Feedback-ID"].split(":")
    assert parsed(letters[0])["Feedback-ID"].count(":") == 3
    assert 5 <= len(sender) <= 15
    other = prepare(newsletter()).build(recipient(delivery_id=1, address="b@example.org", name="B"))
    assert parsed(other)["Feedback-ID"] == parsed(letters[0])["Feedback-ID"]


def test_e24_non_ascii_addresses(smtp, transport):
    octets = prepare(newsletter()).build(recipient(address="zoe@bücher.example"))
    assert parsed(octets)["To"].addresses[0].addr_spec == "zoe@xn--bcher-kva.example"
    octets = prepare(newsletter()).build(recipient(address="zoë@example.org"))
    assert "<zoë@example.org>".encode() in octets.partition(b"\r\n\r\n")[0]


def test_e35_nothing_unresolved_leaves(letters):
    for octets in letters:
        whole = head(octets) + text_of(parsed(octets)) + html_of(parsed(octets))
        assert not re.search(r"\[\[|\{\{|\{%|[\ue000-\uf8ff]|\0", whole)
        assert all(link.startswith("https://talent.example.org/") for link in links(text_of(parsed(octets))))


def slow(frozen: Frozen, to: Recipient, text: str, html: str) -> bytes:
    """The same message by the standard library."""
    message = EmailMessage(policy=policy.SMTP)
    message["From"] = Address(frozen.from_name, addr_spec=frozen.from_address)
    message["Reply-To"] = frozen.reply_to
    message["To"] = Address(to.name, addr_spec=to.address)
    message["Subject"] = merge(frozen.subject, to.values)
    message["Date"] = format_datetime(to.date)
    message["Message-ID"] = f"<{frozen.uid}.{to.delivery_id}@{frozen.domain}>"
    message.set_content(text, cte="quoted-printable")
    message.add_alternative(html, subtype="html", cte="quoted-printable")
    return message.as_bytes()


def test_by_hand_equals_the_slow_way():
    for frozen, to in (
        (newsletter(), recipient()),
        (account(), recipient(mask=1)),
        (account(), recipient(mask=1, name="Al, B")),
    ):
        ours = parsed(prepare(frozen).build(to))
        theirs = parsed(slow(frozen, to, text_of(ours), html_of(ours)))
        assert {name: ours[name] for name in theirs if name != "Content-Type"} == {
            name: theirs[name] for name in theirs if name != "Content-Type"
        }
        assert (text_of(ours), html_of(ours)) == (text_of(theirs), html_of(theirs))


def test_each_gets_their_own_fragments():
    ready = prepare(newsletter())
    for mask in range(16):
        message = parsed(ready.build(recipient(mask=mask)))
        for bit, words in enumerate(("fridge logger on", "Two weekends", "sleeps on", "Ana Figueiredo, Lisbon")):
            for part in (text_of(message), html_of(message)):
                assert (words in part) == bool(mask >> bit & 1)


def test_one_recipient_leaves_nothing_for_the_next():
    ready = prepare(newsletter())
    first = ready.build(recipient())
    other = ready.build(
        recipient(address="al@example.org", name="Al", values={**recipient().values, "name": "Al"}, delivery_id=1)
    )
    assert b"Zo" not in other
    assert ready.build(recipient()) == first


def test_messages_built_at_the_same_time_do_not_mix():
    ready = prepare(newsletter())

    class Sly(dict[str, str]):
        """Builds another's message whenever a value is asked for."""

        def get(self, name, default=None):
            ready.build(recipient(values={**recipient().values, "name": "Mallory"}))
            return super().get(name, default)

        def __getitem__(self, name):
            return self.get(name)

    assert ready.build(recipient(values=Sly(recipient().values))) == ready.build(recipient())


def test_many_masks_are_not_all_kept():
    fragment = (encode_html("<p>x</p>"), encode_text("x\n\n"))
    ready = prepare(replace(newsletter(), fragments=(fragment,) * 12))
    for mask in range(1500):
        ready.build(recipient(mask=mask))
    assert len(ready._layouts) <= 1000


def test_value_is_escaped_in_html_only():
    evil = '<img src=x onerror="1">&\'='
    message = parsed(prepare(newsletter()).build(recipient(values={**recipient().values, "name": evil})))
    assert f"Hello {evil}," in text_of(message)
    assert "Hello &lt;img src=x onerror=&quot;1&quot;&gt;&amp;&#x27;=," in html_of(message)


def test_fallback_stands_in_for_an_empty_or_missing_value_only():
    values = dict(recipient().values)
    for name in ("", None):
        given = {**values, "name": name} if name is not None else {k: v for k, v in values.items() if k != "name"}
        message = parsed(prepare(newsletter()).build(recipient(values=given)))
        assert "Hello there," in text_of(message)
        assert "Hello there," in html_of(message)
    without = {k: v for k, v in values.items() if k != "preferences_url"}
    with pytest.raises(BadRecipient, match="“preferences_url”"):
        prepare(newsletter()).build(recipient(values=without))


def test_size_is_an_upper_bound():
    bound = size(newsletter())
    longest = {**recipient().values, "name": "<" * (MAX_FIELD // 4 - 10)}
    for mask, values in ((15, recipient().values), (15, longest), (0, longest)):
        html = html_of(parsed(prepare(newsletter()).build(recipient(mask=mask, values=values))))
        assert len(html.encode()) <= bound
    assert bound < len(html_of(parsed(prepare(newsletter()).build(recipient(mask=15)))).encode()) + 4 * MAX_FIELD


def test_date_keeps_its_zone():
    date = datetime(2026, 3, 1, 9, 0, tzinfo=timezone(timedelta(hours=-3)))
    octets = prepare(newsletter()).build(recipient(date=date))
    assert "\r\nDate: Sun, 01 Mar 2026 09:00:00 -0300\r\n" in head(octets)
    assert datetime(2026, 3, 1, 12, tzinfo=UTC) == parsed(octets)["Date"].datetime


@pytest.mark.parametrize(
    "wrong",
    [{"uid": "a>\r\nX: y"}, {"domain": "ex ample"}, {"list_id": "a b"}, {"feedback_id": "a\r\nb"}, {"subject": "\r\n"},
     {"from_address": "nobody"}, {"reply_to": "a@b\r\nBcc: c@d"}, {"feedback_id": "ü"}],
)  # fmt: skip
def test_what_nobody_could_be_sent_is_found_before(wrong):
    with pytest.raises(ValueError, match=r"\w"):
        prepare(newsletter(**wrong))


def test_body_without_a_final_newline_ends_well():
    frozen = replace(newsletter(), html_after=encode_html("</html>"), text_after=encode_text(f"by {field('name')}"))
    octets = prepare(frozen).build(recipient())
    assert b"=\r\n--" not in octets
    assert text_of(parsed(octets)).endswith("by Zoë\n")


def test_nothing_at_all_is_still_a_message():
    empty = replace(newsletter(), html_before=b"", html_after=b"", text_before=b"", text_after=b"", fragments=())
    message = parsed(prepare(empty).build(recipient(mask=0)))
    assert (text_of(message).strip(), html_of(message).strip()) == ("", "")
