"""Signing in with the company's account, against a provider of our own."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

import pytest
import time_machine
from flask import Flask
from pydantic import SecretStr
from sqlalchemy import select
from werkzeug.test import TestResponse

from portal.config import Config
from portal.db import db
from portal.sessions import DeskSession
from portal.staff.actions import people
from portal.staff.models import AuditEntry, Recruiter, StaffLink
from tests import factories
from tests.audience.visitor import Visitor
from tests.staff.provider import CLIENT, SECRET, Provider, another_key, shared_key

BEGIN = "/desk/sign-in/company"


@pytest.fixture
def provider(now: datetime) -> Iterator[Provider]:
    provider = Provider(now=int(now.timestamp()))
    yield provider
    provider.stop()


@pytest.fixture
def app(config: Config, make_app: Callable[[Config], Flask], provider: Provider, now: datetime) -> Iterator[Flask]:
    given = {"oidc_issuer": provider.url, "oidc_client_id": CLIENT, "oidc_client_secret": SecretStr(SECRET)}
    app = make_app(config.model_copy(update=given))
    with app.app_context(), time_machine.travel(now, tick=False):
        yield app


@pytest.fixture
def tom(app: Flask) -> Recruiter:
    tom = factories.recruiter(name="Tom", address="tom@example.org")
    db.session.commit()
    return tom


def there_and_back(browser: Visitor, provider: Provider, begin: str = BEGIN) -> TestResponse:
    away = browser.get(begin)
    assert away.status_code == 302, away.location
    assert (away.location or "").startswith(provider.url + "/authorize?")
    return browser.get(f"{BEGIN}/back?{provider.sign_in(away.location or '')}")


def is_in(browser: Visitor) -> bool:
    return browser.get("/desk/account").status_code == 200


def test_who_has_the_verified_address_is_in_and_known_from_then_on(
    app: Flask, tom: Recruiter, provider: Provider
) -> None:
    browser = Visitor(app)
    assert "Sign in with your company account" in browser.get("/desk/sign-in").text
    back = there_and_back(browser, provider, f"{BEGIN}?next=/desk/account")
    assert (back.status_code, back.location) == (303, "/desk/account")
    assert is_in(browser)
    assert db.session.scalars(select(DeskSession)).one().way == "oidc"
    provider.claims = {"email": "renamed@example.org"}
    other = Visitor(app)
    there_and_back(other, provider)
    assert is_in(other), "by the subject now, whatever the address"


def test_what_is_asked_is_what_the_standard_wants(app: Flask, tom: Recruiter, provider: Provider) -> None:
    first, second = (Visitor(app).get(BEGIN).location or "" for _ in range(2))
    for part in ("response_type=code", "code_challenge_method=S256", f"client_id={CLIENT}", "scope=openid"):
        assert part in first
    assert "redirect_uri=http%3A%2F%2F127.0.0.1%3A8000%2Fdesk%2Fsign-in%2Fcompany%2Fback" in first
    assert first.split("state=")[1] != second.split("state=")[1]


@pytest.mark.parametrize(
    "claims",
    [
        {"iss": "https://evil.example"}, {"aud": "another"}, {"aud": None}, {"exp": 1}, {"exp": None}, {"nonce": "another"},
        {"nonce": None}, {"sub": None}, {"iat": None}, {"azp": "another"}, {"iat": 9_999_999_999},
    ],
)  # fmt: skip
def test_a_token_that_does_not_hold_lets_nobody_in(
    app: Flask, tom: Recruiter, provider: Provider, claims: dict[str, object]
) -> None:
    provider.claims = claims
    browser = Visitor(app)
    assert (there_and_back(browser, provider).location or "").startswith("/desk/sign-in")
    assert not is_in(browser)
    assert "does not answer as it should" in browser.get("/desk/sign-in").text or "email" in claims


@pytest.mark.parametrize("forge", ["another key", "shared secret", "none"])
def test_a_token_that_another_signed_lets_nobody_in(app: Flask, tom: Recruiter, provider: Provider, forge: str) -> None:
    if forge == "another key":
        provider.key = another_key()
    elif forge == "shared secret":
        provider.key, provider.header = shared_key(), {"alg": "HS256", "kid": "one"}
    else:
        provider.key, provider.header = shared_key(), {"alg": "none"}
    browser = Visitor(app)
    there_and_back(browser, provider)
    assert not is_in(browser)


@pytest.mark.parametrize(
    "claims", [{"email_verified": False}, {"email_verified": None}, {"email_verified": "true"}, {"email": "nobody@example.org"}, {"email": None}]
)  # fmt: skip
def test_only_invited_verified_addresses_are_let_in(
    app: Flask, tom: Recruiter, provider: Provider, claims: dict[str, object]
) -> None:
    provider.claims = claims
    browser = Visitor(app)
    there_and_back(browser, provider)
    assert not is_in(browser)
    assert "Nobody has invited you" in browser.get("/desk/sign-in").text
    assert tom.subject is None


def test_an_invitation_is_taken_up_while_it_lives(app: Flask, provider: Provider, now: datetime) -> None:
    link = people.invite("tom@example.org", "tom@example.org", "Tom", "author", None, now)
    link.expires_at = now
    db.session.commit()
    browser = Visitor(app)
    there_and_back(browser, provider)
    assert not is_in(browser)
    assert "run out" in browser.get("/desk/sign-in").text
    tom = db.session.scalars(select(Recruiter)).one()
    people.invite_again(tom, None, now)
    db.session.commit()
    there_and_back(browser, provider)
    assert is_in(browser)
    assert tom.active
    assert db.session.scalars(select(StaffLink).order_by(StaffLink.id.desc())).first().used_at  # type: ignore[union-attr]


def test_who_has_left_or_is_connected_to_another_person_is_not_let_in(
    app: Flask, tom: Recruiter, provider: Provider, now: datetime
) -> None:
    there_and_back(Visitor(app), provider)
    provider.claims = {"sub": "person-2"}
    second = Visitor(app)
    there_and_back(second, provider)
    assert not is_in(second), "the same address, another person"
    provider.claims = {}
    tom.ended_at = now
    db.session.commit()
    third = Visitor(app)
    there_and_back(third, provider)
    assert "has ended" in third.get("/desk/sign-in").text


def test_only_the_browser_that_was_sent_there_may_come_back_once(
    app: Flask, tom: Recruiter, provider: Provider, now: datetime
) -> None:
    browser, other = Visitor(app), Visitor(app)
    answer = provider.sign_in(browser.get(BEGIN).location or "")
    other.get(BEGIN)
    assert other.get(f"{BEGIN}/back?{answer}").location == "/desk/sign-in"
    assert Visitor(app).get(f"{BEGIN}/back?{answer}").location == "/desk/sign-in"
    assert not is_in(other)
    with time_machine.travel(now + timedelta(minutes=16), tick=False):
        assert browser.get(f"{BEGIN}/back?{answer}").location == "/desk/sign-in"
    assert "code-0" in provider.codes, "never asked for"


def test_a_refusal_there_is_said(app: Flask, tom: Recruiter, provider: Provider) -> None:
    browser = Visitor(app)
    state = (browser.get(BEGIN).location or "").split("state=")[1].split("&")[0]
    browser.get(f"{BEGIN}/back?error=access_denied&state={state}")
    assert "nothing has happened" in browser.get("/desk/sign-in").text


@pytest.mark.parametrize("broken", ["openid-configuration", "token", "keys", "another issuer"])
def test_a_broken_provider_is_one_sentence(app: Flask, tom: Recruiter, provider: Provider, broken: str) -> None:
    browser = Visitor(app)
    if broken in {"token", "keys"}:
        provider.broken = broken
        there_and_back(browser, provider)
    else:
        provider.broken = broken
        provider.issuer = "https://another.example" if broken == "another issuer" else None
        assert (browser.get(BEGIN).location or "").startswith("/desk/sign-in")
    assert "does not answer as it should" in browser.get("/desk/sign-in").text
    assert db.session.scalars(select(AuditEntry)).one().action == "sign_in.wrong"


def test_to_prove_who_one_is_wants_a_fresh_sign_in_of_the_same_person(
    app: Flask, tom: Recruiter, provider: Provider, now: datetime
) -> None:
    browser = Visitor(app)
    there_and_back(browser, provider)
    session = db.session.scalars(select(DeskSession)).one()
    with time_machine.travel(now + timedelta(hours=1), tick=False):
        provider.now += 3600
        again = f"{BEGIN}?again=1&next=/desk/account/password"
        away = browser.get(again).location or ""
        assert "prompt=login" in away
        assert "max_age=0" in away
        for claims in ({"auth_time": provider.now - 3600}, {"auth_time": None}):
            provider.claims = claims
            there_and_back(browser, provider, again)
            db.session.refresh(session)
            assert session.proved_at == now
        provider.claims = {"sub": "person-2"}
        assert (there_and_back(browser, provider, again).location or "").startswith("/desk/prove")
        provider.claims = {}
        assert there_and_back(browser, provider, again).location == "/desk/account/password"
        db.session.refresh(session)
        assert session.proved_at == now + timedelta(hours=1)


def test_without_a_provider_nothing_speaks_of_it(config: Config, make_app: Callable[[Config], Flask]) -> None:
    app = make_app(config.model_copy(update={"oidc_issuer": ""}))
    with app.app_context():
        assert "company account" not in Visitor(app).get("/desk/sign-in").text
        assert Visitor(app).get(BEGIN).status_code == 404
