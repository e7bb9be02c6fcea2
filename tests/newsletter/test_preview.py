"""What is looked at is what is sent: the same bytes but for tokens and clocks, and for each reader their own parts."""

import re
from collections.abc import Callable
from datetime import datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from html import unescape
from pathlib import Path
from typing import cast

import pytest
from click.testing import Result
from flask import Flask

from portal import clock
from portal.audience.files import Segment
from portal.audience.queries import parse, tokens
from portal.content import compose
from portal.db import db
from portal.mail import sending
from portal.mail.transport import Transport
from portal.members.models import Member, Profile
from portal.newsletter.actions import preview
from portal.newsletter.actions.schedule import Order, schedule
from portal.newsletter.files import settle
from portal.newsletter.queries import mailing_ids
from portal.newsletter.queries import preview as readers
from portal.staff.models import Recruiter
from portal.web.headers import PAGE_CSP
from portal.writing.actions import versions
from portal.writing.models import Piece
from portal.writing.queries import current
from tests import factories
from tests.faults.smtp_server import FakeSmtp
from tests.pages import PageClient

Run = Callable[..., Result]
At = Callable[..., PageClient]
BODY = """Hello [[name|there]],

::: for interest=data-engineering
## If you work with data

Only for data. <https://example.org/data>
:::

::: for work_mode=remote
## From home

Only for remote.
:::

::: insights

Goodbye, [[name|you]].
"""
FRONT = {"subject": "For [[name|you]]: measure twice", "preview": "A letter", "segment": "everyone", "sender": "Ana"}


@pytest.fixture
def letter(app: Flask, now: datetime) -> Callable[..., Piece]:
    """A newsletter at the desk; in German too, where `german` is its body."""

    def write(body: str = BODY, german: str = "", slug: str = "october", **front: str) -> Piece:
        piece = versions.start("issue", slug, compose(FRONT | front, body), factories.recruiter(), now)
        if german:
            text = compose({"subject": "Für [[name|dich]]", "preview": "Ein Brief"}, german)
            versions.save(piece, text, None, now, base_id=None, language="de")
        db.session.commit()
        return piece

    return write


def a_member(name: str = "Mira", **more: object) -> Member:
    """Somebody who agreed to the newsletter."""
    return factories.member(name=name, agreed_to=["newsletter"], **more)  # type: ignore[arg-type]


def frame(client: PageClient, piece: Piece, who: object, **query: str) -> str:
    """The HTML in the frame."""
    version = current(piece)
    assert version
    answer = client.get(f"/desk/newsletters/{piece.slug}/preview/mail/{version.id}", query_string={"as": who} | query)
    assert answer.status_code == 200
    return cast(str, answer.text)


def test_a_part_that_is_not_theirs_leaves_a_gap_that_says_why(
    app: Flask, at_desk: At, letter: Callable[..., Piece]
) -> None:
    data = factories.interest(slug="data-engineering", name="Data engineering")
    piece, mira = letter(), a_member("Mira", interests=[data], work_modes=["onsite"])
    jonas = a_member("Jonas")
    client = at_desk("recruiter")
    html = frame(client, piece, mira.id)
    assert "Hello Mira" in html
    assert "Only for data." in html
    assert "Only for remote." not in html
    assert "Not in this copy: “From home”<br>Because Mira would not work like this: remote." in html
    html = frame(client, piece, jonas.id)
    assert "Only for remote." in html
    assert "Not in this copy: “If you work with data”<br>Because Jonas did not choose Data engineering." in html


def settled(message: EmailMessage | bytes) -> tuple[list[tuple[str, str]], str, str]:
    """A message without what differs with each sending: tokens, numbers and clocks."""
    if isinstance(message, bytes):
        message = cast(EmailMessage, message_from_bytes(message, policy=default))
    uid = message["Feedback-ID"].split(":")[0]
    head = [(k, str(v).replace(uid, "UID")) for k, v in message.items() if k not in {"Date", "Message-ID"}]
    head = [(k, "LINK" if k == "List-Unsubscribe" else v) for k, v in head]
    found = [message.get_body((kind,)) for kind in ("plain", "html")]
    text, html = (settled_text(part.get_content()) for part in found if part)
    return head, text, html


def settled_text(text: str) -> str:
    """A part of it without tokens."""
    ours = r"http://127\.0\.0\.1:8000/(?:desk/copy|(?:unsubscribe|preferences|why|reply)/[\w.-]+)"
    return re.sub(ours, "LINK", text)


@pytest.mark.parametrize("language", ["en", "de", "pt"])
def test_what_is_looked_at_is_what_is_sent(
    app: Flask, smtp: Callable[..., FakeSmtp], letter: Callable[..., Piece], now: datetime, language: str
) -> None:
    data = factories.interest(slug="data-engineering", name="Data engineering")
    factories.insight(slug="about-data", title="About data", interests=[data])
    factories.insight(slug="for-all", title="For all")
    mira = a_member("Mira", interests=[data], work_modes=["onsite"], language=language)
    a_member("Jonas", language="en")
    piece = letter(german="Hallo [[name|du]],\n\n::: for work_mode=onsite\nNur vor Ort.\n:::\n\n::: insights\n")
    seen = preview.build(a_copy(piece, mira, now), now)
    campaign = schedule(settle(piece, now), Segment("everyone", "Everyone", "All.", parse({"all": []})), now, now)
    db.session.commit()
    with smtp() as server, Transport(server.url) as transport:
        for id in mailing_ids(campaign):
            sending.send(id, transport, clock.now)
    sent = next(message.data for message in server.messages if message.recipients == [mira.address])
    assert settled(seen) == settled(sent)
    assert "Mira" in settled(seen)[1]
    assert ("Nur vor Ort." in settled(seen)[1]) == (language == "de")


def a_copy(piece: Piece, member: Member, now: datetime) -> preview.Copy:
    """What one member would get of it."""
    reader = readers.member(member.id, factories.recruiter())
    assert reader
    sources = {code: found.text for code in ("", "de") if (found := current(piece, code))}
    return preview.copy(preview.drawn(piece.slug, sources, reader.language, now), reader, now)


def test_it_says_whose_hands_it_goes_through_when_the_one_who_looks_sends_it(
    app: Flask, at_desk: At, letter: Callable[..., Piece], smtp: Callable[..., FakeSmtp], now: datetime
) -> None:
    me, mira = factories.recruiter(role="recruiter", name="Tom Reed"), a_member("Mira")
    ana = factories.recruiter(role="manager", name="Ana Figueiredo")
    piece = letter("Hello.\n", sender="Ana Figueiredo")
    version = current(piece)
    assert version
    text = at_desk(me).get(f"/desk/newsletters/october/preview/text/{version.id}?as={mira.id}").text
    order = Order(by=me, sender=ana, wrote=db.session.get(Recruiter, piece.owner_id))
    campaign = schedule(
        settle(piece, now), Segment("everyone", "Everyone", "All.", parse({"all": []})), now, now, order
    )
    db.session.commit()
    with smtp() as server, Transport(server.url) as transport:
        sending.send(campaign.mailing_id, transport, clock.now)
    sent = settled(server.messages[0].data)[1]
    assert "sent by Tom Reed" in sent
    assert settled_text(unescape(text.partition('<pre tabindex="0">')[2].partition("</pre>")[0])) == sent
    assert "sent by" not in at_desk("author").get(f"/desk/newsletters/october/preview/text/{version.id}").text


def test_links_in_a_preview_are_nobodys(app: Flask, at_desk: At, letter: Callable[..., Piece]) -> None:
    piece, mira = letter("Words. [Here](https://example.org/x?a=1&b=2)\n\n::: replies\n"), a_member()
    html = frame(at_desk("recruiter"), piece, mira.id)
    assert set(re.findall(r'href="([^"]*)"', html)) == {f"#leads-{n}" for n in range(1, html.count("<a ") + 1)}
    assert "This leads to https://example.org/x?a=1&amp;b=2" in html
    text = at_desk("recruiter").get(f"/desk/newsletters/october/preview/text/{current(piece).id}?as={mira.id}").text  # type: ignore[union-attr]
    mine = (tokens.unsubscribe(mira.id, "newsletter"), tokens.preferences(mira.id))
    assert not any(token in html + text for token in mine)
    ours = set(re.findall(r"http://127\.0\.0\.1:8000/([a-z]+/[a-z]*)", unescape(text)))
    assert {path for path in ours if not path.startswith("reply/")} == {"desk/copy", "newsletter/october"}
    assert {tokens.read_reply(token)[0] for token in re.findall(r"/reply/([\w.-]+)", text)} == {tokens.SAMPLE}  # type: ignore[index]


def test_dark_and_light_whatever_the_system_prefers(app: Flask, at_desk: At, letter: Callable[..., Piece]) -> None:
    piece, client = letter("A light dark ale.\n"), at_desk("author")
    for scheme, media in (("light", "not all"), ("dark", "all")):
        html = frame(client, piece, "all", scheme=scheme)
        assert "prefers-color-scheme" not in html
        assert f"@media {media} {{" in html
        assert "A light dark ale." in html
        assert f"color-scheme: {scheme};" in html
        assert re.search(rf'<meta name="color-scheme" content="{scheme}" ?/?>', html)


def test_readers_that_we_invent_show_each_part_and_none(app: Flask, at_desk: At, letter: Callable[..., Piece]) -> None:
    factories.interest(slug="data-engineering", name="Data engineering")
    piece, client = letter(), at_desk("author")
    for who, has, lacks in (
        ("all", ["Hello Robin", "Only for data.", "Only for remote."], []),
        ("part-0", ["Only for data."], ["Only for remote."]),
        ("part-1", ["Only for remote."], ["Only for data."]),
        ("none", ["Hello there", "Goodbye, you."], ["Only for data.", "Only for remote."]),
        ("part-7", ["Only for data.", "Only for remote."], []),
    ):
        html = frame(client, piece, who)
        assert all(words in html for words in has)
        assert not any(words in html for words in lacks)
    page = client.get("/desk/newsletters/october/preview").text
    assert "Members who are interested in Data engineering" in page
    assert "a certain member" not in page


def test_who_may_not_look_at_members_looks_at_none(app: Flask, at_desk: At, letter: Callable[..., Piece]) -> None:
    piece, mira = letter(), a_member("Mira")
    version = current(piece)
    assert version
    client = at_desk("author")
    for path in (f"/mail/{version.id}?as={mira.id}", f"/text/{version.id}?as={mira.id}", f"?as={mira.id}"):
        assert client.get(f"/desk/newsletters/october/preview{path}").status_code == 403
    assert client.get("/desk/newsletters/october/preview/members?find=Mira").status_code == 403
    assert at_desk("recruiter").get(f"/desk/newsletters/october/preview/mail/{version.id}?as=99").status_code == 404


def test_a_member_is_found_and_stepped_from(
    app: Flask, at_desk: At, letter: Callable[..., Piece], content: Path
) -> None:
    rule = "name: Remote\nabout: At home.\nrule: {all: [{work_mode: [remote]}]}\n"
    (content / "segments" / "remote.yml").write_text(rule)
    factories.interest(slug="data-engineering", name="Data engineering")
    letter(segment="remote")
    one, other, three = a_member("Mira"), a_member("Jonas", work_modes=["onsite"]), a_member("Ruth")
    client = at_desk("recruiter")
    for script in ({}, {"HX-Request": "true"}):
        page = client.get("/desk/newsletters/october/preview/members?find=jon&look=phone", headers=script).text
        assert f'preview?look=phone&amp;as={other.id}"' in page, "found, though the segment does not select them"
        assert "Mira" not in page
    assert client.get("/desk/newsletters/october/preview?as=first").location.endswith(f"preview?as={one.id}")
    page = client.get(f"/desk/newsletters/october/preview?as={one.id}").text
    assert re.search(rf'preview\?as={three.id}"[^>]*rel="next"', page)
    assert 'rel="prev"' not in page
    page = client.get(f"/desk/newsletters/october/preview?as={three.id}").text
    assert re.search(rf'preview\?as={one.id}"[^>]*rel="prev"', page)


def test_each_reads_it_in_their_language_or_is_told(app: Flask, at_desk: At, letter: Callable[..., Piece]) -> None:
    letter("Hello", german="Hallo")
    german, portuguese = a_member(language="de"), a_member(language="pt")
    client = at_desk("recruiter")
    page = client.get(f"/desk/newsletters/october/preview?as={german.id}").text
    assert "Für Mira" in page
    assert "no translation" not in page
    assert "There is no translation yet" in client.get(f"/desk/newsletters/october/preview?as={portuguese.id}").text


def test_words_that_cannot_be_laid_out_say_where_and_what_to_do(
    app: Flask, at_desk: At, letter: Callable[..., Piece]
) -> None:
    letter("One\n\n::: for interest=data-engineering\nTwo\n")
    page = at_desk("author").get("/desk/newsletters/october/preview").text
    assert "Line 3: “::: for” is never closed: end it with a line that is just :::" in page


def test_the_page_is_the_archives_and_does_nothing(app: Flask, at_desk: At, letter: Callable[..., Piece]) -> None:
    version = current(letter())
    assert version
    answer = at_desk("author").get(f"/desk/newsletters/october/preview/page/{version.id}")
    assert answer.headers["Content-Security-Policy"] == PAGE_CSP
    assert "For you: measure twice" in answer.text
    assert "Only for data." in answer.text


def test_who_hides_from_a_recruiter_is_not_looked_at_by_them(app: Flask, now: datetime) -> None:
    """`Profile.hidden_people` holds in a preview, too: not found, not stepped to, not opened by number."""
    tom = factories.recruiter(name="Tom Reed")
    shy = factories.member(name="Mirabel", agreed_to=["newsletter"])
    db.session.add(Profile(member_id=shy.id, hidden_people="Tom Reed"))
    seen = factories.member(name="Jonas", agreed_to=["newsletter"])
    db.session.flush()
    rule = parse({"all": []})
    assert readers.beside(rule, 0, now) == (None, seen.id)
    assert readers.beside(rule, seen.id, now) == (None, None)
    assert readers.member(shy.id, tom) is None
    assert readers.member(shy.id, factories.recruiter(name="Ana Figueiredo")) is not None
    assert readers.search(shy.address, tom) == []
