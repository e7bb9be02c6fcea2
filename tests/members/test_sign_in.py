"""Signing in: ask, follow the link, press the button; or type the code where it was asked for."""

from collections.abc import Callable
from datetime import datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select

from portal.config import Config, settings
from portal.db import db
from portal.members.actions import links
from portal.members.models import AccountLink, Member, SignInRequest
from portal.members.queries.links import secret
from portal.sessions import BrowserSession
from tests import factories
from tests.audience.visitor import Visitor, signed_in
from tests.members.helpers import ask_to_sign_in, is_in, mails, press, share, work


@pytest.fixture
def ana(app: Flask) -> Member:
    found = factories.member(address="ana@example.org")
    db.session.commit()
    return found


@pytest.fixture
def browser(app: Flask, ana: Member) -> Visitor:
    return Visitor(app)


def test_a_member_signs_in_by_a_mailed_link(app: Flask, browser: Visitor) -> None:
    answer = ask_to_sign_in(browser, " Ana@EXAMPLE.org ")
    assert (answer.status_code, answer.location) == (303, "/sign-in/code")
    assert "Ana@example.org" in browser.get("/sign-in/code").text
    assert work(app) == ["members.answer_sign_in", "mail.send"]
    (mail,) = mails()
    assert (mail.to, mail.subject) == ("Ana <ana@example.org>", "Your link to sign in at Fennel & Rowe")
    assert "ten minutes" in mail.text
    assert "Nobody gets in without this mail" in mail.text
    assert not is_in(browser)
    entered = press(browser, mail.path)
    assert (entered.status_code, entered.location) == (303, "/me")
    assert is_in(browser)


def test_nothing_is_mailed_in_the_request_and_nothing_to_strangers(app: Flask, browser: Visitor) -> None:
    factories.member(address="claim@example.org", confirmed_at=None)
    db.session.commit()
    for address in ("nobody@example.org", "claim@example.org"):
        ask_to_sign_in(browser, address)
        assert db.session.scalars(select(SignInRequest)).one()
        work(app)
        assert mails() == []
        assert db.session.scalars(select(SignInRequest)).all() == []


@pytest.mark.parametrize("address", ["", "ana", "ana@[127.0.0.1]", '"ana"@example.org'])
def test_what_is_no_address_is_said_on_the_form(browser: Visitor, address: str) -> None:
    answer = ask_to_sign_in(browser, address)
    assert answer.status_code == 422
    assert 'href="#address"' in answer.text
    assert db.session.scalars(select(SignInRequest)).all() == []


@pytest.mark.parametrize("path", ["/me/preferences", "/me/account?x=1"])
def test_one_gets_where_one_wanted_to_go(app: Flask, browser: Visitor, path: str) -> None:
    ask_to_sign_in(browser, path="/sign-in?next=" + path)
    work(app)
    assert press(browser, mails()[0].path).location == path


@pytest.mark.parametrize(
    "path",
    [
        "https://evil.example/", "//evil.example/", "/\\evil.example", "\\\\evil.example", "javascript:alert(1)",
        "/me\r\nSet-Cookie: a=b", "evil.example", "", "/" + "x" * 300,
    ],
)  # fmt: skip
def test_next_never_leads_away_from_here(app: Flask, browser: Visitor, path: str) -> None:
    form = browser.form("/sign-in")
    browser.send(form, {"address": "ana@example.org", "next": path})
    work(app)
    assert press(browser, mails()[0].path).location == "/me"


def test_who_is_signed_in_already_goes_straight_on(app: Flask, ana: Member, now: datetime) -> None:
    browser = signed_in(app, ana, now)
    assert browser.get("/sign-in?next=/me/account").location == "/me/account"
    assert browser.get("/sign-in?next=//evil.example").location == "/me"


def test_a_member_page_sends_one_to_sign_in_and_back(app: Flask, browser: Visitor) -> None:
    turned = browser.get("/me/account")
    assert turned.status_code == 302
    assert parse_qs(urlsplit(turned.location).query) == {"next": ["/me/account"]}
    ask_to_sign_in(browser, path=turned.location)
    work(app)
    assert press(browser, mails()[0].path).location == "/me/account"


def test_a_link_works_for_ten_minutes(app: Flask, browser: Visitor, now: datetime) -> None:
    with time_machine.travel(now, tick=False) as time:
        ask_to_sign_in(browser)
        work(app)
        time.shift(timedelta(minutes=10))
        dead = browser.get(mails()[0].path)
        assert dead.status_code == 410
        assert "no longer works" in dead.text
        time.shift(timedelta(seconds=-1))
        assert browser.get(mails()[0].path).status_code == 200


def test_a_link_that_ran_out_while_its_page_was_open_signs_nobody_in(
    app: Flask, browser: Visitor, now: datetime
) -> None:
    with time_machine.travel(now, tick=False) as time:
        ask_to_sign_in(browser)
        work(app)
        button = browser.form(mails()[0].path)
        time.shift(timedelta(minutes=10))
        assert browser.send(button).location == mails()[0].path
        assert not is_in(browser)


def test_a_new_link_voids_the_one_before(app: Flask, browser: Visitor) -> None:
    for _ in range(2):
        ask_to_sign_in(browser)
        work(app)
    first, second = mails()
    assert browser.get(first.path).status_code == 410
    assert press(browser, second.path).location == "/me"


def test_a_link_works_once(app: Flask, browser: Visitor) -> None:
    ask_to_sign_in(browser)
    work(app)
    path = mails()[0].path
    button = browser.form(path)
    assert browser.send(button).location == "/me"
    again = Visitor(app)
    share(browser, again, "portal-asked")
    assert again.get(path).status_code == 410


def test_a_dead_link_sends_a_fresh_one_to_the_same_address(app: Flask, browser: Visitor, now: datetime) -> None:
    with time_machine.travel(now, tick=False) as time:
        ask_to_sign_in(browser, path="/sign-in?next=/me/preferences")
        work(app)
        time.shift(timedelta(minutes=11))
        phone = Visitor(app)
        answer = press(phone, mails()[0].path)
        assert answer.location == "/sign-in/code"
        assert "ana@example.org" not in phone.get("/sign-in/code").text
        work(app)
        assert press(phone, mails()[1].path).location == "/me/preferences"


def test_a_link_that_was_never_ours_gets_the_same_answer(app: Flask, browser: Visitor) -> None:
    answer = press(browser, "/sign-in/never-was-a-token")
    assert (answer.status_code, answer.location) == (303, "/sign-in/code")
    assert work(app) == []


def test_signing_in_ends_the_session_that_was_there(app: Flask, ana: Member, now: datetime) -> None:
    browser = signed_in(app, ana, now)
    token = browser.form("/me/account").data["csrf_token"]
    browser.post("/sign-in", data={"csrf_token": token, "address": "ana@example.org"})
    work(app)
    press(browser, mails()[0].path)
    rows = db.session.scalars(select(BrowserSession).order_by(BrowserSession.id)).all()
    assert [row.ended_at is None for row in rows] == [False, True]


def test_the_cookie_is_a_random_value_of_which_only_the_hash_is_kept(app: Flask, browser: Visitor) -> None:
    ask_to_sign_in(browser)
    work(app)
    entered = press(browser, mails()[0].path)
    (cookie,) = [c for c in entered.headers.getlist("Set-Cookie") if c.startswith("portal-member=")]
    value = cookie.split("=", 1)[1].split(";")[0]
    assert len(value) == 43
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    row = db.session.scalars(select(BrowserSession)).one()
    assert value.encode() not in row.token_hash
    assert len(row.token_hash) == 32


def test_tokens_are_256_bits_and_only_their_hash_is_kept(app: Flask, browser: Visitor) -> None:
    ask_to_sign_in(browser)
    work(app)
    token = mails()[0].token
    assert len(token) == 43
    link = db.session.scalars(select(AccountLink)).one()
    assert token not in repr({c.key: getattr(link, c.key) for c in AccountLink.__table__.columns})


def test_signing_out_ends_the_session(app: Flask, ana: Member, now: datetime) -> None:
    browser = signed_in(app, ana, now)
    stolen = Visitor(app)
    share(browser, stolen, "portal-member")
    assert is_in(stolen)
    answer = browser.post("/sign-out", data=browser.form("/me/account").data)
    assert answer.location == "/sign-in"
    assert "signed out" in browser.get("/sign-in").text
    assert not is_in(browser)
    assert not is_in(stolen)


def test_signing_out_needs_the_button(app: Flask, ana: Member, now: datetime) -> None:
    browser = signed_in(app, ana, now)
    assert browser.get("/sign-out").status_code == 405
    assert browser.post("/sign-out").status_code == 400
    assert is_in(browser)


def test_a_demo_link_opens_an_account_in_the_demo_only(app: Flask, ana: Member) -> None:
    _, token = factories.account_link(member=ana, purpose="demo")
    db.session.commit()
    refused = Visitor(app)
    assert refused.get(f"/sign-in/{token}").status_code == 410
    refused.send(refused.form("/sign-in"), {"address": "x@example.org"})
    app.extensions["portal"] = settings().model_copy(update={"demo": True})
    assert press(Visitor(app), f"/sign-in/{token}").location == "/me"


def test_over_https_every_cookie_is_for_this_host_only(
    config: Config, make_app: Callable[[Config], Flask], now: datetime
) -> None:
    """W-11; and the forms work although no page lets the browser say where it came from."""
    app = make_app(config.model_copy(update={"base_url": "https://talent.example.org", "trusted_hosts": ""}))
    with app.app_context():
        ana = factories.member(address="ana@example.org")
        link = links.make(ana.id, "sign_in", None, "192.0.2.0/24", now)
        path = "/sign-in/" + secret(link)
        db.session.commit()
        browser = Visitor(app)
        answers = [ask_to_sign_in(browser), press(browser, path)]
        assert is_in(browser)
    assert [answer.status_code for answer in answers] == [303, 303]
    cookies = [c for answer in answers for c in answer.headers.getlist("Set-Cookie")]
    assert {c.split("=")[0] for c in cookies} == {"__Host-asked", "__Host-form", "__Host-member"}
    for cookie in cookies:
        parts = cookie.split("; ")[1:]
        assert {"Secure", "HttpOnly", "Path=/", "SameSite=Lax"} <= set(parts)
        assert not [part for part in parts if part.startswith("Domain")]
