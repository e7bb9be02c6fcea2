"""Signing in at the desk: address and password, then the second factor; proving it again; the ways out."""

from datetime import datetime, timedelta

import pytest
import time_machine
from flask import Flask
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from portal.db import db
from portal.sessions import DESK_ABSOLUTE, DESK_IDLE, DeskSession
from portal.staff.actions import second_factor
from portal.staff.models import AuditEntry, Recruiter
from tests.audience.visitor import Visitor
from tests.staff.helpers import PASSWORD, code, colleague


@pytest.fixture
def tom(app: Flask) -> Recruiter:
    return colleague(name="Tom", address="tom@talent.example.org")


@pytest.fixture
def browser(app: Flask, tom: Recruiter) -> Visitor:
    return Visitor(app)


def ask(
    browser: Visitor, address: str = "tom@talent.example.org", password: str = PASSWORD, to: str = ""
) -> TestResponse:
    form = browser.form("/desk/sign-in" + (f"?next={to}" if to else ""))
    return browser.send(form, {"address": address, "password": password})


def enter(browser: Visitor, recruiter: Recruiter, now: datetime, to: str = "") -> TestResponse:
    assert ask(browser, recruiter.address, to=to).location == "/desk/sign-in/code"
    return browser.send(browser.form("/desk/sign-in/code"), {"code": code(recruiter, now)})


def is_in(browser: Visitor) -> bool:
    return browser.get("/desk/sign-in").status_code == 303


def acts() -> list[tuple[str, int | None]]:
    rows = select(AuditEntry.action, AuditEntry.recruiter_id).order_by(AuditEntry.id)
    return [(action, who) for action, who in db.session.execute(rows)]


def test_one_signs_in_by_password_and_code(browser: Visitor, tom: Recruiter, now: datetime) -> None:
    with time_machine.travel(now, tick=False):
        entered = enter(browser, tom, now)
        assert (entered.status_code, entered.location) == (303, "/desk")
        assert is_in(browser)
        assert acts() == [("sign_in", tom.id)]


def test_the_password_alone_opens_nothing(browser: Visitor) -> None:
    ask(browser)
    assert not is_in(browser)
    wrong = browser.send(browser.form("/desk/sign-in/code"), {"code": "000000"})
    assert wrong.status_code == 422
    assert not is_in(browser)


def test_the_answer_is_the_same_for_every_address(app: Flask, browser: Visitor) -> None:
    """W-05. That it takes as long is seen to by hashing in each case: see the next test."""
    colleague(name="Gone", address="gone@talent.example.org", ended_at=datetime.fromisoformat("2026-01-01T00:00:00Z"))
    answers = [
        ask(Visitor(app), address, "wrong password, whatever").text.replace(address, "-")
        for address in ("tom@talent.example.org", "nobody@example.org", "gone@talent.example.org", "no address")
    ]
    assert "do not go together" in answers[0]
    heads = {answer.split("csrf_token")[0] for answer in answers}
    assert len(heads) == 1
    assert [who is None for _action, who in acts()] == [False, True, False, True]


def test_a_hash_is_worked_out_for_nobody_too(app: Flask, monkeypatch: pytest.MonkeyPatch, browser: Visitor) -> None:
    from portal.staff.actions import passwords

    asked: list[str] = []

    class Counting:
        def verify(self, stored: str, password: str) -> bool:
            asked.append(stored)
            return False

    monkeypatch.setattr(passwords, "HASHER", Counting())
    ask(browser)
    ask(browser, "nobody@example.org")
    assert len(asked) == 2
    assert asked[1] == passwords.NOBODYS


def test_a_code_counts_once(app: Flask, browser: Visitor, tom: Recruiter, now: datetime) -> None:
    with time_machine.travel(now, tick=False) as time:
        enter(browser, tom, now)
        other = Visitor(app)
        assert enter(other, tom, now).status_code == 422
        assert not is_in(other)
        time.shift(timedelta(seconds=30))
        assert enter(other, tom, now + timedelta(seconds=30)).status_code == 303


def test_a_recovery_code_counts_once_and_is_kept_as_a_hash(
    app: Flask, browser: Visitor, tom: Recruiter, now: datetime
) -> None:
    codes = second_factor.renew_codes(tom.id)
    db.session.commit()
    ask(browser)
    assert browser.send(browser.form("/desk/sign-in/code"), {"code": codes[3].lower()}).status_code == 303
    assert second_factor.codes_left(tom.id) == 9
    other = Visitor(app)
    ask(other)
    assert other.send(other.form("/desk/sign-in/code"), {"code": codes[3]}).status_code == 422


def test_guesses_are_counted_and_the_first_refusal_is_written_down(browser: Visitor, tom: Recruiter) -> None:
    """W-06."""
    statuses = [ask(browser, password=f"not the password {n}").status_code for n in range(13)]
    assert statuses == [422] * 10 + [429] * 3
    assert ask(browser).status_code == 429, "not even the right one"
    assert acts().count(("sign_in.locked", tom.id)) == 1
    assert acts().count(("sign_in.wrong", tom.id)) == 10


def test_another_network_does_not_lock_one_out(app: Flask, browser: Visitor, tom: Recruiter, now: datetime) -> None:
    form = browser.form("/desk/sign-in")
    for n in range(12):
        changes = {"address": tom.address, "password": f"guess {n}"}
        browser.send(form, changes, environ_base={"REMOTE_ADDR": "2001:db8:1:2::" + str(n)})
    assert acts().count(("sign_in.locked", tom.id)) == 1, "five addresses of one /64 are one network"
    with time_machine.travel(now, tick=False):
        assert enter(Visitor(app), tom, now).status_code == 303


@pytest.mark.parametrize(
    ("wished", "to"),
    [
        ("/desk/audit%3Fwho=3", "/desk/audit?who=3"), ("//evil.example", "/desk"), ("/me", "/desk"), ("/\\evil", "/desk"),
        ("/desk/sign-out", "/desk"), ("/desk/" + "x" * 600, "/desk"), ("https://evil.example/desk", "/desk"),
    ],
)  # fmt: skip
def test_next_leads_to_the_desk_only(browser: Visitor, tom: Recruiter, now: datetime, wished: str, to: str) -> None:
    with time_machine.travel(now, tick=False):
        assert enter(browser, tom, now, wished).location == to


def test_a_session_ends_by_idling_by_age_and_by_hand(
    app: Flask, browser: Visitor, tom: Recruiter, now: datetime
) -> None:
    """W-12."""
    with time_machine.travel(now, tick=False) as time:
        enter(browser, tom, now)
        time.shift(DESK_IDLE - timedelta(seconds=1))
        assert is_in(browser)
        time.shift(timedelta(seconds=1))
        assert not is_in(browser)
        enter(browser, tom, now + DESK_IDLE)
        found = db.session.scalars(select(DeskSession).order_by(DeskSession.id.desc())).first()
        assert found
        found.seen_at = now + DESK_IDLE + DESK_ABSOLUTE
        db.session.commit()
        time.shift(DESK_ABSOLUTE)
        assert not is_in(browser)
        enter(browser, tom, now + DESK_IDLE + DESK_ABSOLUTE)
        assert is_in(browser)
    app.config["WTF_CSRF_ENABLED"] = False
    left = browser.post("/desk/sign-out")
    assert left.location == "/desk/sign-in"
    assert not is_in(browser)


def test_each_way_in_has_a_new_session_and_ends_the_one_before(
    app: Flask, browser: Visitor, tom: Recruiter, now: datetime
) -> None:
    """W-10."""
    with time_machine.travel(now, tick=False) as time:
        app.config["WTF_CSRF_ENABLED"] = False
        form = browser.form("/desk/sign-in")
        enter(browser, tom, now)
        first = browser.client.get_cookie("portal-desk", domain="127.0.0.1")
        time.shift(timedelta(minutes=1))
        browser.send(form, {"address": tom.address, "password": PASSWORD})  # in another tab, without signing out
        browser.post("/desk/sign-in/code", data={"code": code(tom, now + timedelta(minutes=1))})
        second = browser.client.get_cookie("portal-desk", domain="127.0.0.1")
    assert first
    assert second
    assert first.value != second.value
    assert db.session.scalar(select(func.count()).select_from(DeskSession).filter_by(ended_at=None)) == 1


def test_to_prove_who_one_is_makes_the_session_fresh_with_a_new_secret(
    app: Flask, browser: Visitor, tom: Recruiter, now: datetime
) -> None:
    with time_machine.travel(now, tick=False) as time:
        enter(browser, tom, now)
        before = browser.client.get_cookie("portal-desk", domain="127.0.0.1")
        later = now + timedelta(hours=1)
        time.move_to(later)
        form = browser.form("/desk/prove?next=/desk/team")
        assert browser.send(form, {"password": PASSWORD, "code": "000000"}).status_code == 422
        assert browser.send(form, {"password": "no", "code": code(tom, later)}).status_code == 422
        proved = browser.send(form, {"password": PASSWORD, "code": code(tom, later)})
        after = browser.client.get_cookie("portal-desk", domain="127.0.0.1")
        assert browser.get("/desk/account").status_code == 200
        thief = Visitor(app)
        thief.client.set_cookie("portal-desk", before.value if before else "", domain="127.0.0.1")
        assert thief.get("/desk/account").status_code == 302, "the secret of before opens nothing any more"
    assert proved.location == "/desk/team"
    assert before
    assert after
    assert before.value != after.value
    found = db.session.scalars(select(DeskSession)).one()
    assert (found.proved_at, found.started_at) == (later, now)


def test_nobody_proves_anything_without_being_in(browser: Visitor) -> None:
    assert browser.get("/desk/prove?next=/desk/team").location == "/desk/sign-in?next=/desk/team"


def test_a_new_password_stops_who_is_half_in(browser: Visitor, tom: Recruiter) -> None:
    ask(browser)
    tom.password_hash = "another"
    db.session.commit()
    assert browser.get("/desk/sign-in/code").location == "/desk/sign-in"


def test_a_password_is_good_for_a_quarter_of_an_hour(browser: Visitor, tom: Recruiter, now: datetime) -> None:
    with time_machine.travel(now, tick=False) as time:
        ask(browser)
        time.shift(timedelta(minutes=15, seconds=1))
        assert browser.get("/desk/sign-in/code").location == "/desk/sign-in"
