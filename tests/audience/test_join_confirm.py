"""Confirming a join: only what that link was mailed for, in the words that were shown, and not before (P2, P12)."""

from datetime import datetime, timedelta

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select

from portal.audience.actions import join
from portal.audience.models import ASKED, Consent, JoinRequest, Suppression
from portal.audience.queries import may_write, wording
from portal.db import db
from portal.members.models import AccountLink, Member
from tests import factories
from tests.audience.visitor import Visitor
from tests.members.helpers import ask_to_join, is_in, mails, press, work


@pytest.fixture
def browser(app: Flask) -> Visitor:
    return Visitor(app)


def _consents() -> list[Consent]:
    db.session.rollback()
    return list(db.session.scalars(select(Consent).order_by(Consent.id)))


def test_a_person_joins(app: Flask, browser: Visitor) -> None:
    answer = ask_to_join(browser, "Ana@Example.org", "Ana", ["newsletter", "check_ins"])
    assert (answer.status_code, answer.location) == (303, "/confirm/code")
    assert "Ana@example.org" in browser.get("/confirm/code").text
    work(app)
    (mail,) = mails()
    page = browser.get(mail.path).text
    for purpose in ("newsletter", "check_ins"):
        assert wording.sentence(purpose, "Fennel & Rowe").replace("&", "&amp;") in page
    assert wording.sentence("job_alerts", "Fennel & Rowe").replace("&", "&amp;") not in page
    assert "Ana@example.org" in page
    entered = press(browser, mail.path)
    assert entered.location == "/me/preferences?welcome=1"
    assert browser.get(entered.location).status_code == 200
    member = db.session.scalars(select(Member)).one()
    assert (member.name, member.address, member.address_key) == ("Ana", "Ana@example.org", "ana@example.org")
    assert member.confirmed_at
    assert {c.purpose for c in _consents()} == {"newsletter", "check_ins"}


def test_a_consent_says_what_when_how_and_from_where(app: Flask, browser: Visitor, now: datetime) -> None:
    with time_machine.travel(now, tick=False) as time:
        ask_to_join(browser, purposes=["newsletter"])
        work(app)
        time.shift(timedelta(hours=3))
        form = browser.form(mails()[0].path)
        browser.send(form, environ_overrides={"REMOTE_ADDR": "2001:db8:aa:bb::1"})
    (given,) = _consents()
    assert (given.wording, given.given_by, given.given_at) == (wording.CURRENT, "join", now + timedelta(hours=3))
    assert given.given_from == "2001:db8:aa::/48"


def test_nobody_agrees_to_anything_before_confirming(app: Flask, browser: Visitor, now: datetime) -> None:
    """P2: no consent, no member, no other mail, whatever is opened or typed wrongly."""
    ask_to_join(browser, purposes=ASKED)
    work(app)
    path = mails()[0].path
    for visitor in (browser, Visitor(app)):
        visitor.get(path)
        visitor.send(visitor.form("/confirm/code"), {"code": "000000"})
    member = db.session.scalars(select(Member)).one()
    assert member.confirmed_at is None
    assert member.name == ""
    assert _consents() == []
    for purpose in ("applications", *ASKED):
        assert may_write(member, purpose, now) == "not_confirmed"
    assert may_write(member, "account", now) is None
    assert not is_in(browser)


def test_without_ticking_anything_one_has_an_account_and_no_more(app: Flask, browser: Visitor, now: datetime) -> None:
    ask_to_join(browser)
    work(app)
    assert "You ticked nothing" in browser.get(mails()[0].path).text
    press(browser, mails()[0].path)
    assert is_in(browser)
    member = db.session.scalars(select(Member)).one()
    assert _consents() == []
    assert {p: may_write(member, p, now) for p in ASKED} == dict.fromkeys(ASKED, "no_consent")


def test_somebody_elses_request_changes_nothing_about_mine(app: Flask, browser: Visitor) -> None:
    """P2: an attacker who knows my address asks in other words, before and after me."""
    ask_to_join(browser, name="Ana", purposes=["newsletter"])
    work(app)
    attacker = Visitor(app)
    ask_to_join(attacker, name="Mallory", purposes=ASKED)
    work(app)
    assert len(mails()) == 1
    press(browser, mails()[0].path)
    assert [c.purpose for c in _consents()] == ["newsletter"]
    assert db.session.scalars(select(Member)).one().name == "Ana"
    assert not is_in(attacker)


def test_a_later_request_has_a_link_and_words_of_its_own(app: Flask, browser: Visitor, now: datetime) -> None:
    with time_machine.travel(now, tick=False) as time:
        ask_to_join(browser, name="Ana", purposes=["newsletter"])
        work(app)
        time.shift(timedelta(hours=1))
        attacker = Visitor(app)
        ask_to_join(attacker, name="Mallory", purposes=["job_alerts"])
        work(app)
        first, second = mails()
        assert browser.get(first.path).status_code == 410  # one link at a time
        page = browser.get(second.path).text  # whoever reads the mail sees whose words these are, and has no button
        assert "Mallory" in page
        assert f'action="{second.path}"' not in page
        assert browser.post(second.path, data=browser.form(second.path).data).location == second.path
    assert _consents() == []
    assert not is_in(browser)


def test_the_words_that_were_shown_are_the_ones_that_count(
    app: Flask, browser: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    form = browser.form("/join")
    monkeypatch.setitem(wording.WORDINGS, "2999-01", dict.fromkeys(ASKED, "You agree that {org} does as it likes."))
    monkeypatch.setattr(wording, "CURRENT", "2999-01")
    browser.send(form, {"address": "ana@example.org", "name": "Ana", "purposes": ["newsletter"]})
    work(app)
    page = browser.get(mails()[0].path).text
    assert "as it likes" not in page
    assert "newsletter by mail" in page
    press(browser, mails()[0].path)
    assert [c.wording for c in _consents()] == ["2026-11"]


def test_a_link_works_for_a_day(app: Flask, browser: Visitor, now: datetime) -> None:
    with time_machine.travel(now, tick=False) as time:
        ask_to_join(browser, purposes=["newsletter"])
        work(app)
        time.shift(timedelta(hours=23, minutes=59))
        assert browser.get(mails()[0].path).status_code == 200
        time.shift(timedelta(minutes=1))
        assert browser.get(mails()[0].path).status_code == 410


def test_a_link_that_ran_out_sends_a_fresh_one_with_the_same_words(app: Flask, browser: Visitor, now: datetime) -> None:
    with time_machine.travel(now, tick=False) as time:
        ask_to_join(browser, name="Ana", purposes=["job_alerts"])
        work(app)
        time.shift(timedelta(hours=25))
        phone = Visitor(app)
        answer = press(phone, mails()[0].path)
        assert answer.location == "/confirm/code"
        assert "ana@example.org" not in phone.get("/confirm/code").text
        work(app)
        assert [mail.kind for mail in mails()] == ["confirm", "confirm"]
        press(phone, mails()[1].path)
    assert is_in(phone)
    assert [c.purpose for c in _consents()] == ["job_alerts"]
    assert db.session.scalars(select(Member)).one().name == "Ana"


def test_a_link_that_was_used_sends_one_to_sign_in_with(app: Flask, browser: Visitor, now: datetime) -> None:
    with time_machine.travel(now, tick=False) as time:
        ask_to_join(browser)
        work(app)
        press(browser, mails()[0].path)
        time.shift(timedelta(hours=1))
        phone = Visitor(app)
        press(phone, mails()[0].path)
        work(app)
        assert [mail.kind for mail in mails()] == ["confirm", "already_in"]
        assert press(phone, mails()[1].path).location == "/me"


def test_a_fresh_link_counts_as_a_mail_like_any_other(app: Flask, browser: Visitor) -> None:
    ask_to_join(browser)
    work(app)
    for _ in range(3):
        press(Visitor(app), mails()[0].path)
        work(app)
    assert len(mails()) == 1
    assert browser.get(mails()[0].path).status_code == 200  # and the one that went out stays good


def test_a_link_that_was_never_ours_gets_the_same_answer(app: Flask, browser: Visitor) -> None:
    answer = press(browser, "/confirm/never-was-a-token")
    assert (answer.status_code, answer.location) == (303, "/confirm/code")
    assert work(app) == []


def test_a_fresh_link_can_be_asked_for_so_often(app: Flask, browser: Visitor, now: datetime) -> None:
    with time_machine.travel(now, tick=False):
        form = browser.form("/confirm/never-was-a-token")
        answers = [browser.send(form).status_code for _ in range(7)]
    assert answers == [303] * 6 + [429]


def test_ones_own_word_lifts_an_erasure(app: Flask, browser: Visitor, now: datetime) -> None:
    """P12; and nothing but the confirmation does."""
    factories.suppression(address="ana@example.org", reason="erased")
    factories.suppression(address="bo@example.org", reason="erased")
    db.session.commit()
    ask_to_join(browser, purposes=["newsletter"])
    work(app)
    browser.get(mails()[0].path)
    assert len(db.session.scalars(select(Suppression)).all()) == 2
    press(browser, mails()[0].path)
    assert len(db.session.scalars(select(Suppression)).all()) == 1
    assert may_write(db.session.scalars(select(Member)).one(), "newsletter", now) is None


@pytest.mark.parametrize("reason", ["bounced", "complained", "do_not_write"])
def test_it_lifts_nothing_else(app: Flask, browser: Visitor, reason: str) -> None:
    """It came while the mail was under way."""
    ask_to_join(browser)
    work(app)
    member = db.session.scalars(select(Member)).one()
    factories.suppression(member=member, reason=reason)
    db.session.commit()
    press(browser, mails()[0].path)
    assert db.session.scalars(select(Suppression.reason)).all() == [reason]


def test_a_second_consent_for_what_lives_is_not_recorded(app: Flask, now: datetime) -> None:
    """A link that was confirmed late, by a member who meanwhile agreed elsewhere."""
    member = factories.member(address="ana@example.org", agreed_to=["newsletter"])
    link, _ = factories.account_link(member=member, purpose="confirm", expires_at=now + timedelta(hours=1))
    request = JoinRequest(
        member_id=member.id, link_id=link.id, address=member.address, name="Ana", purposes="newsletter job_alerts",
        wording=wording.CURRENT, way="join", network="192.0.2.0/24", asked_at=now,
    )  # fmt: skip
    db.session.add(request)
    db.session.commit()
    join.confirm(db.session.get_one(AccountLink, link.id), "192.0.2.0/24", now)
    db.session.commit()
    assert [c.purpose for c in _consents()] == ["newsletter", "job_alerts"]
    assert member.confirmed_at == factories.LONG_AGO
