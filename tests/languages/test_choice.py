"""Which language is spoken: the person's choice first, then the browser's; mails always in the person's."""

import re
from datetime import datetime

import pytest
from flask import Flask
from flask_wtf import FlaskForm
from sqlalchemy import select
from wtforms import StringField
from wtforms.validators import Length

from portal import links
from portal.audience.models import Consent
from portal.db import db
from portal.languages import speaking
from portal.members.models import Member
from tests import factories
from tests.audience.visitor import Visitor, signed_in
from tests.members.helpers import ask_to_sign_in, mails, press, work
from tests.pages import PageClient


def lang(html: str) -> str:
    """What a page says it is written in."""
    found = re.search(r'<html lang="([^"]*)"', html)
    return found[1] if found else ""


@pytest.mark.parametrize(
    ("asked", "spoken"),
    [("de-CH,de;q=0.9,en;q=0.8", "de"), ("pt-BR", "pt"), ("fr, pt;q=0.3", "pt"), ("fr", "en"), ("", "en"), ("*", "en"), ("\0;;", "en")],
)  # fmt: skip
def test_a_visitor_reads_what_their_browser_asks_for(client: PageClient, asked: str, spoken: str) -> None:
    for path in ("/", "/join", "/sign-in", "/nowhere", "/insights?interest=none"):
        assert lang(client.get(path, headers={"Accept-Language": asked}).text) == spoken, path


def test_kept_pages_are_kept_by_language(client: PageClient) -> None:
    for _ in range(2):
        for language in ("de", "pt", "en", "de"):
            assert lang(client.get("/", headers={"Accept-Language": language}).text) == language


def test_a_feed_says_its_language(client: PageClient) -> None:
    feed = client.get("/insights.atom", headers={"Accept-Language": "de"}).text
    assert re.search(r'<feed [^>]*xml:lang="de"', feed)


def test_the_members_choice_comes_before_the_browsers(app: Flask, now: datetime) -> None:
    visitor = signed_in(app, factories.member(language="pt"), now)
    for path in ("/me", "/me/account", "/me/insights/none", "/join", "/sign-in/code"):
        assert lang(visitor.get(path, headers={"Accept-Language": "de"}).text) == "pt", path


def test_a_token_speaks_the_language_of_its_owner(app: Flask, now: datetime) -> None:
    member = factories.member(language="pt", agreed_to=["newsletter"])
    _, sign_in = factories.account_link(member=member)
    db.session.commit()
    unsubscribe = f"/unsubscribe/{links.sign('unsubscribe', f'{member.id:x}n')}"
    visitor, german = Visitor(app), {"Accept-Language": "de"}
    for page in (
        visitor.get(unsubscribe, headers=german),
        visitor.get(f"/sign-in/{sign_in}", headers=german),
        visitor.post(unsubscribe, data={"leave": "this"}, headers=german),
    ):
        assert lang(page.text) == "pt", page.request.path
    assert lang(visitor.get("/sign-in/none", headers=german).text) == "de"  # nobody's: the browser's
    assert lang(visitor.get(unsubscribe[:-2], headers=german).text) == "de"


def test_a_mail_speaks_the_language_of_whom_it_goes_to(app: Flask) -> None:
    factories.member(language="pt", address="ana@example.org")
    db.session.commit()
    ask_to_sign_in(Visitor(app))
    work(app)
    (mail,) = mails()
    assert '<html lang="pt"' in mail.html


def test_who_joins_in_german_agrees_and_goes_on_in_german(app: Flask) -> None:
    """The words that were shown are recorded; the mail, its page and the account speak the language of the form."""
    visitor = Visitor(app)
    form = visitor.get("/join", headers={"Accept-Language": "de"})
    assert "Du bist einverstanden, dass Fennel &amp; Rowe dir den Newsletter" in form.text
    wording = re.search(r'name="wording" type="hidden" value="([^"]+)"', form.text)
    assert wording
    filled_in = {"address": "ana@example.org", "name": "Ana", "purposes": "newsletter", "wording": wording[1]}
    visitor.send(visitor.form("/join"), filled_in)
    work(app)
    (mail,) = mails()
    assert '<html lang="de"' in mail.html
    page = visitor.get(mail.path, headers={"Accept-Language": "pt"}).text
    assert lang(page) == "de"
    assert "Du bist einverstanden" in page
    press(visitor, mail.path)
    assert db.session.scalars(select(Consent)).one().wording == "2026-11-de"
    assert db.session.scalars(select(Member)).one().language == "de"


def test_forms_complain_in_the_readers_language(app: Flask) -> None:
    """Also where a message is WTForms' own."""

    class Short(FlaskForm):  # type: ignore[misc]
        name = StringField(validators=[Length(max=1)])

    def complaint(language: str) -> str:
        with app.test_request_context(method="POST", data={"name": "long"}), speaking(language):
            form = Short(meta={"csrf": False})
            form.validate()
            return str(form.errors["name"][0])

    assert complaint("en") == "Field cannot be longer than 1 character."
    assert complaint("de") == "Feld kann nicht länger als 1 Zeichen sein."
    assert complaint("pt").startswith("O campo não pode")
