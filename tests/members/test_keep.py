"""The page behind the mail that asks whether somebody may be kept; and the same for who is signed in."""

from datetime import datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from portal.audience.queries import tokens
from portal.db import db
from portal.members.actions import erase
from portal.members.models import Member, Renewal, RetentionRule
from portal.members.queries.retention import keeping, months_later, token
from portal.sessions import SEEN_EVERY, BrowserSession
from tests import factories
from tests.audience.visitor import Visitor, forms, signed_in

WORDS = "<h1>Shall we keep you?</h1>"


@pytest.fixture(params=["contact", "person"])
def renewed_by(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def ana(app: Flask, now: datetime, renewed_by: str) -> Member:
    """Whose year is over in a week."""
    rule = RetentionRule(
        country="default", member_months=12, application=4, application_unit="weeks", renewed_by=renewed_by
    )
    db.session.add(rule)
    found = factories.member(address="ana@example.org", name="Ana", agreed_to=["newsletter"])
    found.confirmed_at = found.contact_at = months_later(now, -12) + timedelta(days=7)
    db.session.add(Renewal(member_id=found.id, since=found.contact_at, first_at=now - timedelta(days=23), last_at=now))
    db.session.commit()
    return found


def asked(member: Member) -> bool:
    db.session.expire_all()
    found = keeping(member)
    assert found
    return found.asked


def page(member: Member) -> str:
    return f"/keep/{token(member.id)}"


@pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS"])
def test_p1_looking_is_no_answer(app: Flask, ana: Member, method: str) -> None:
    for _ in range(20):
        assert Visitor(app).open(page(ana) + "?keep=yes", method).status_code == 200
    assert asked(ana)


def test_the_page_says_until_when_and_shows_neither_name_nor_address(app: Flask, ana: Member) -> None:
    text = Visitor(app).get(page(ana)).text
    assert WORDS in text
    assert "a…@e…" in text
    assert "ana@" not in text
    assert "Ana" not in text


def test_the_button_keeps_them(app: Flask, ana: Member, now: datetime) -> None:
    visitor = Visitor(app)
    assert visitor.send(visitor.form(page(ana))).status_code == 303
    text = visitor.get(page(ana)).text
    assert "Thank you. You stay a member." in text
    assert WORDS not in text
    assert not asked(ana)
    found = keeping(ana)
    assert found
    assert found.until - months_later(now, 12) < timedelta(minutes=1)
    assert forms(visitor.get(page(ana))) == []


def test_an_old_mail_is_no_answer_to_the_next_question(app: Flask, ana: Member, now: datetime) -> None:
    visitor = Visitor(app)
    form = visitor.form(page(ana))
    visitor.send(form)
    first = ana.contact_at
    visitor.send(form)
    db.session.expire_all()
    assert ana.contact_at == first


def test_a_forwarded_mail_erases_nobody(app: Flask, ana: Member) -> None:
    visitor = Visitor(app)
    assert 'href="/me/privacy/erase"' in visitor.get(page(ana)).text
    assert visitor.get("/me/privacy/erase").location.startswith("/sign-in?next=")


def test_signing_in_is_a_contact_but_not_a_yes(app: Flask, ana: Member, now: datetime, renewed_by: str) -> None:
    _, secret = factories.account_link(member=ana, expires_at=now + timedelta(minutes=5))
    db.session.commit()
    visitor = Visitor(app)
    assert visitor.get(f"/sign-in/{secret}").status_code == 200
    assert asked(ana)
    assert visitor.send(visitor.form(f"/sign-in/{secret}")).status_code == 303
    assert asked(ana) == (renewed_by == "person")


def test_so_is_using_ones_own_pages(app: Flask, ana: Member, now: datetime, renewed_by: str) -> None:
    browser = signed_in(app, ana, now)
    browser.get("/me")
    assert asked(ana)  # the session has just begun: that was the contact
    db.session.scalars(select(BrowserSession)).one().seen_at = now - SEEN_EVERY
    db.session.commit()
    browser.get("/me")
    assert asked(ana) == (renewed_by == "person")


def test_leaving_by_a_link_is_a_contact_but_not_by_a_machine(app: Flask, ana: Member, renewed_by: str) -> None:

    leave, visitor = f"/unsubscribe/{tokens.unsubscribe(ana.id, 'newsletter')}", Visitor(app)
    visitor.get(leave)
    visitor.post(leave, data={"List-Unsubscribe": "One-Click"})
    assert asked(ana)
    visitor.post(leave, data={"leave": "this"})
    assert asked(ana) == (renewed_by == "person")


def test_the_account_says_how_long_and_has_the_button_too(app: Flask, ana: Member, now: datetime) -> None:
    browser = signed_in(app, ana, now)
    text = browser.get("/me/account").text
    assert "How long we keep this" in text
    assert "12 months" in text
    assert "4 weeks" in text
    (form,) = [form for form in forms(browser.get("/me/account")) if form.action == "/me/account/keep"]
    assert browser.send(form).status_code == 303
    assert not asked(ana)


def test_who_is_gone_and_a_token_of_nobody(app: Flask, ana: Member, now: datetime) -> None:
    path = page(ana)
    erase.erase(ana, "you", now)
    db.session.commit()
    assert "There is nothing to decide" in Visitor(app).get(path).text
    assert Visitor(app).get("/keep/none").status_code == 404
