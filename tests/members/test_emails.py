"""Account mails, word for word: the files in snapshots/. To write one anew after a change that was meant, delete it,
run this, and read what it wrote."""

from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path

import pytest
from flask import Flask

from portal.audience import emails as audience_emails
from portal.db import db
from portal.mail import outbox
from portal.members import emails
from portal.members.actions import links
from tests import factories
from tests.members.helpers import Mail, mails

SNAPSHOTS = Path(__file__).with_name("snapshots")
Words = Callable[[], outbox.Words]
LINKS: dict[str, tuple[str, Words]] = {
    "confirm": ("confirm", audience_emails.confirm),
    "already_in": ("already_in", audience_emails.already_in),
    "sign_in": ("sign_in", emails.sign_in),
    "raise": ("raise", emails.raise_preferences),
    "address": ("address", audience_emails.new_address),
    "address_taken": ("already_in", audience_emails.address_taken),
    "address_back": ("address_back", lambda: audience_emails.address_changed("ana@new.example")),
}
END = date(2027, 1, 31)
RENEWALS: dict[str, Words] = {
    "renewal_first": lambda: emails.renewal("renewal_first", END, "contact"),
    "renewal_last": lambda: emails.renewal("renewal_last", END, "person"),
}
KINDS = (*LINKS, *RENEWALS)


def sent(name: str, now: datetime) -> Mail:
    ana = factories.member(address="ana@example.org")
    if name in LINKS:
        purpose, words = LINKS[name]
        link = links.send(ana.id, purpose, words(), None, "192.0.2.0/24", now)
        if purpose.startswith("address"):
            factories.address_change(link=link, asked_at=now)
    else:
        outbox.queue_one(outbox.freeze(RENEWALS[name](), now), ana.id, now)
    db.session.commit()
    (mail,) = mails()
    return mail


@pytest.mark.parametrize("kind", KINDS)
def test_an_account_mail_says_what_it_should(app: Flask, now: datetime, kind: str) -> None:
    mail = sent(kind, now)
    written = f"Subject: {mail.subject}\n\n{mail.text}".replace(mail.token, "TOKEN").replace("\r\n", "\n")
    file = SNAPSHOTS / f"{kind}.txt"
    if not file.is_file():
        file.write_text(written, "utf-8")
        pytest.fail(f"{file.name} was missing and is written now: read it")
    assert written == file.read_text("utf-8")


@pytest.mark.parametrize("kind", KINDS)
def test_an_account_mail_is_calm_and_cannot_be_left(app: Flask, now: datetime, kind: str) -> None:
    mail = sent(kind, now)
    for text in (mail.subject, mail.text):
        assert "!" not in text
        assert not [word for word in ("unfortunately", "rejected", "click") if word in text.lower()]
    assert "/unsubscribe/" not in mail.html + mail.text
    assert "<img" not in mail.html
