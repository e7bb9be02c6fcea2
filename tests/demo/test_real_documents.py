"""Three documents that nobody here wrote become issues, go through the running demo, and come back byte for byte."""

import json
import re
from email import message_from_bytes, policy
from email.message import EmailMessage
from importlib.metadata import distribution

import pytest
from sqlalchemy import select

from portal import create_app, markdown
from portal.audience.queries import fields
from portal.config import Config, load
from portal.db import db
from portal.mail import message, outbox
from portal.mail.models import Delivery, Mailing
from portal.members.models import Member
from tests.conftest import dispose
from tests.markdown.checking import MAIL, Reader, problems
from tests.running import ENDS, OVER, Demo, until

DOCUMENTS = ("email-validator", "css-inline", "structlog")
TOO_LONG = "python-dotenv"
"""Dependencies of ours with long descriptions in Markdown: tables, code, images, HTML, notes."""
READER = "duarte.pestana@example.org"
FRONT = "---\nsubject: About {name}\npreview: What its authors say of it.\nsegment: engineers-in-portugal\n---\n"
ADDED = re.compile(rb"^X-(Peer|MailFrom|RcptTo): .*\n", re.MULTILINE)
"""What the catcher writes above what it got."""


@pytest.fixture(scope="module", params=DOCUMENTS)
def sent(running_demo: Demo, request: pytest.FixtureRequest) -> tuple[str, int, bytes]:
    """A document, its campaign, and the mail that our reader got of it."""
    name = request.param
    before = len(running_demo.caught(READER))
    said = running_demo.portal("campaign", "schedule", issue(running_demo, name))
    campaign = int(re.findall(r"Campaign (\d+)", said)[0])
    until(lambda: len(running_demo.caught(READER)) > before, f"the mail about {name}")
    return description(name), campaign, running_demo.caught(READER)[-1]


def description(name: str) -> str:
    metadata = distribution(name).metadata
    return str(metadata.get_payload() or metadata.get("Description"))


def issue(demo: Demo, name: str) -> str:
    """Make a document an issue, as a file."""
    file = demo.cwd / f"about-{name}.md"
    file.write_text(FRONT.format(name=name) + description(name), "utf-8")
    return str(file)


@pytest.fixture
def demo_config(running_demo: Demo, monkeypatch: pytest.MonkeyPatch) -> Config:
    """The settings that the running demo works with."""
    return load({}, running_demo.var / "portal.env")


def parsed(data: bytes) -> EmailMessage:
    return message_from_bytes(data, _class=EmailMessage, policy=policy.default)


def part(mail: EmailMessage, kind: str) -> str:
    found = mail.get_body((kind,))
    assert found is not None
    return str(found.get_content())


def test_what_arrived_is_what_was_built(sent: tuple[str, int, bytes], demo_config: Config) -> None:
    _, _, data = sent
    app = create_app(demo_config)
    with app.app_context():
        ours = select(Delivery).join(Member, Member.id == Delivery.member_id).where(Member.address_key == READER)
        row = db.session.scalars(ours.order_by(Delivery.id.desc())).first()
        assert row is not None
        assert row.state == "accepted"
        mailing = db.session.get_one(Mailing, row.mailing_id)
        to = fields([row.id])[row.id]
        assert row.first_at is not None
        recipient = message.Recipient(row.id, to.address, to.name, row.first_at, row.mask, to.values)
        built = message.prepare(outbox.frozen(mailing)).build(recipient)
    dispose(app)
    assert b"\r\n" in built
    assert ADDED.sub(b"", data) == built.replace(b"\r\n", b"\n")


def test_the_bytes_keep_the_rules(sent: tuple[str, int, bytes]) -> None:
    _, _, data = sent
    assert data.isascii()
    assert b"\r" not in data  # the catcher writes LF for each CRLF, so one that is left was bare
    head, body = ADDED.sub(b"", data).split(b"\n\n", 1)
    assert max(map(len, body.split(b"\n"))) <= 76
    assert max(map(len, head.split(b"\n"))) <= 78
    names = [line.split(b":")[0].lower() for line in head.split(b"\n") if not line.startswith((b" ", b"\t"))]
    assert len(names) == len(set(names))
    for name in (b"message-id", b"date", b"list-unsubscribe", b"list-unsubscribe-post", b"list-id", b"feedback-id"):
        assert name in names
    assert len(data) < 200_000


def test_both_parts_say_what_the_document_says(sent: tuple[str, int, bytes], demo_config: Config) -> None:
    source, _, data = sent
    mail = parsed(data)
    assert [p.get_content_type() for p in mail.iter_parts()] == ["text/plain", "text/html"]
    text, html = part(mail, "plain"), part(mail, "html")
    assert markdown.text(source, demo_config.base_url).strip() in text.replace("\r\n", "\n")
    assert len(html.encode()) < 90_000
    words = re.findall(r"\w+", Reader(markdown.mail(source, demo_config.base_url)).words)
    assert [word for word in words if word not in html] == []
    assert problems(markdown.mail(source, demo_config.base_url), MAIL) == []
    assert all(address.startswith(("http://", "https://", "mailto:")) for address in Reader(html).links)
    assert "<script" not in html


def test_everybody_who_was_meant_is_accounted_for(sent: tuple[str, int, bytes], running_demo: Demo) -> None:
    _, campaign, _ = sent
    done = until(
        lambda: next((s for s in [running_demo.status(campaign)] if s["phase"] in OVER), None), "the end of it", 60
    )
    assert sum(done["states"].values()) == done["total"] > 1
    assert set(done["states"]) <= ENDS


def test_one_that_is_too_long_is_refused_in_a_sentence(running_demo: Demo) -> None:
    before = json.loads(running_demo.portal("campaign", "status", "--json"))
    done = running_demo.run("campaign", "schedule", issue(running_demo, TOO_LONG))
    assert done.returncode == 1
    assert re.fullmatch(r"Error: The mail is \d+ KB; the most is 90 KB: shorten it or split it\.\n", done.stderr)
    assert json.loads(running_demo.portal("campaign", "status", "--json")) == before
