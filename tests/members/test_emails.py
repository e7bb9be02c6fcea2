"""Account mails, word for word: the files in snapshots/. To write one anew after a change that was meant, delete it,
run this, and read what it wrote."""

from datetime import datetime
from pathlib import Path

import pytest
from flask import Flask

from portal.audience import emails as audience_emails
from portal.db import db
from portal.members import emails
from portal.members.actions import links
from tests import factories
from tests.members.helpers import mails

SNAPSHOTS = Path(__file__).with_name("snapshots")
KINDS = {
    "confirm": audience_emails.confirm,
    "already_in": audience_emails.already_in,
    "sign_in": emails.sign_in,
    "raise": emails.raise_preferences,
}


@pytest.mark.parametrize("kind", KINDS)
def test_an_account_mail_says_what_it_should(app: Flask, now: datetime, kind: str) -> None:
    ana = factories.member(address="ana@example.org")
    links.send(ana.id, kind, KINDS[kind](), None, "192.0.2.0/24", now)
    db.session.commit()
    (mail,) = mails()
    written = f"Subject: {mail.subject}\n\n{mail.text}".replace(mail.token, "TOKEN").replace("\r\n", "\n")
    file = SNAPSHOTS / f"{kind}.txt"
    if not file.is_file():
        file.write_text(written, "utf-8")
        pytest.fail(f"{file.name} was missing and is written now: read it")
    assert written == file.read_text("utf-8")


@pytest.mark.parametrize("kind", KINDS)
def test_an_account_mail_is_calm_and_cannot_be_left(app: Flask, now: datetime, kind: str) -> None:
    ana = factories.member(address="ana@example.org")
    links.send(ana.id, kind, KINDS[kind](), None, "192.0.2.0/24", now)
    db.session.commit()
    (mail,) = mails()
    for text in (mail.subject, mail.text):
        assert "!" not in text
        assert not [word for word in ("unfortunately", "rejected", "click") if word in text.lower()]
    assert "/unsubscribe/" not in mail.html + mail.text
    assert "<img" not in mail.html
