"""The mails to people at the desk really go, with a link that works and is kept nowhere."""

import re
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from flask import Flask
from sqlalchemy import select

from portal.db import db
from portal.mail import sending
from portal.mail.models import Delivery
from portal.mail.transport import Transport
from portal.staff.actions import mailing, people, senders
from tests import factories
from tests.audience.visitor import Visitor
from tests.conftest import make_config
from tests.faults.smtp_server import FakeSmtp

Smtp = Callable[..., FakeSmtp]


def deliver(server: FakeSmtp, now: datetime) -> list[str]:
    """Send what waits; returns the texts that the server got."""
    for id in db.session.scalars(select(Delivery.mailing_id).distinct()).all():
        with Transport(server.url, hostname="localhost") as transport:
            sending.send(id, transport, lambda: now)
    return [message.data.decode() for message in server.messages]


def test_an_invitation_arrives_with_its_link(app: Flask, smtp: Smtp, now: datetime) -> None:
    ana = factories.recruiter(role="admin", name="Ana")
    link = people.invite("tom@example.org", "tom@example.org", "Tom", "author", ana, now, "de")
    mailing.send(link, now)
    senders.ask(ana, factories.recruiter(role="manager").id, now, purpose="newsletter")
    db.session.commit()
    server = smtp()
    sent = deliver(server, now)
    assert len(sent) == 2
    invited = next(text for text in sent if "To: Tom <tom@example.org>" in text)
    path = re.search(r"http://127\.0\.0\.1:8000(/desk/invited/[\w-]+)", invited.replace("=\r\n", ""))
    assert path
    assert "Tom" in Visitor(app).get(path[1]).text
    asked = next(text for text in sent if text != invited)
    assert "http://127.0.0.1:8000/desk/account/sender" in asked.replace("=\r\n", "")


def test_a_link_whose_key_is_gone_fails_alone(app: Flask, smtp: Smtp, tmp_path: Path, now: datetime) -> None:
    link = people.invite("tom@example.org", "tom@example.org", "Tom", "author", None, now)
    mailing.send(link, now)
    db.session.commit()
    app.extensions["portal"] = make_config(tmp_path, secret_key="another-key-of-32-letters-and-more")
    assert deliver(smtp(), now) == []
    delivery = db.session.scalars(select(Delivery)).one()
    assert delivery.state == "failed"
