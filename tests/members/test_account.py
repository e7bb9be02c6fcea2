"""A member's account: the name, and the browsers that are signed in."""

from datetime import datetime, timedelta

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select

from portal import sessions
from portal.audience.queries import live
from portal.db import db
from portal.members.models import Change, Member
from portal.sessions import BrowserSession
from portal.web.browsers import kind
from tests import factories
from tests.audience.visitor import Visitor, forms, signed_in
from tests.members.helpers import is_in

PAGE = "/me/account"


@pytest.fixture
def ana(app: Flask) -> Member:
    found = factories.member(address="ana@example.org", name="Ana")
    db.session.commit()
    return found


@pytest.fixture
def browser(app: Flask, ana: Member, now: datetime) -> Visitor:
    return signed_in(app, ana, now)


def test_only_a_member_sees_it(app: Flask, ana: Member) -> None:
    stranger = Visitor(app)
    assert stranger.get(PAGE).status_code == 302
    form = stranger.form("/sign-in").data
    for path in (PAGE, f"{PAGE}/browsers/1/end", f"{PAGE}/browsers/end-others"):
        assert stranger.post(path, data=form).status_code == 401


def test_the_page_shows_address_name_and_browsers(browser: Visitor) -> None:
    page = browser.get(PAGE).text
    for words in ("ana@example.org", 'value="Ana"', "This browser", "14 days without use", "90 days in any case"):
        assert words in page
    assert 'href="/me/preferences"' in page


def test_the_name_can_be_changed(browser: Visitor, ana: Member) -> None:
    form = browser.form(PAGE, 0)
    assert browser.send(form, {"name": "  Ana   Lú\x00 "}).status_code == 303
    db.session.expire_all()
    assert ana.name == "Ana Lú"
    assert "we call you Ana Lú" in browser.get(PAGE).text
    assert browser.send(form, {"name": " "}).status_code == 422
    db.session.expire_all()
    assert ana.name == "Ana Lú"


def test_a_new_name_is_recorded_with_the_old(browser: Visitor, ana: Member) -> None:
    for name in ("Ana Lú", "Ana Lú"):
        browser.send(browser.form(PAGE, 0), {"name": name})
    (row,) = db.session.scalars(select(Change))
    assert (row.by, row.before, row.after) == ("you", {"name": "Ana"}, {"name": "Ana Lú"})


@pytest.mark.parametrize(
    ("pressed", "kept"),
    [("newsletter", {"job_alerts"}), ("everything", set()), ("nothing", {"newsletter", "job_alerts"})],
)
def test_each_kind_of_mail_is_stopped_by_one_button(
    app: Flask, ana: Member, now: datetime, pressed: str, kept: set[str]
) -> None:
    for purpose in ("newsletter", "job_alerts"):
        factories.consent(member=ana, purpose=purpose)
    letter = factories.delivery(member=ana)
    browser = signed_in(app, ana, now)
    (form,) = [form for form in forms(browser.get(PAGE)) if form.action == f"{PAGE}/stop"]
    assert form.offered.getlist("stop") == ["newsletter", "job_alerts", "everything"]
    assert browser.send(form, {"stop": pressed}).location == PAGE
    assert set(live(ana.id)) == kept
    db.session.refresh(letter)
    assert letter.state == ("queued" if pressed == "nothing" else "skipped")
    assert ("Stopped" in browser.get(PAGE).text) == (pressed != "nothing")


def test_the_way_to_be_erased_is_there(browser: Visitor) -> None:
    assert 'href="/me/privacy/erase"' in browser.get(PAGE).text


def test_one_browser_can_be_signed_out_from_another(app: Flask, browser: Visitor, ana: Member, now: datetime) -> None:
    other = signed_in(app, ana, now)
    ids = db.session.scalars(select(BrowserSession.id).order_by(BrowserSession.id)).all()
    assert browser.post(f"{PAGE}/browsers/{ids[1]}/end", data=browser.form(PAGE).data).location == PAGE
    assert not is_in(other)
    assert is_in(browser)


def test_all_others_can_be_signed_out_at_once(app: Flask, browser: Visitor, ana: Member, now: datetime) -> None:
    others = [signed_in(app, ana, now) for _ in range(3)]
    browser.post(f"{PAGE}/browsers/end-others", data=browser.form(PAGE).data)
    assert not any(is_in(other) for other in others)
    assert is_in(browser)


def test_ending_this_browsers_session_signs_out_here(browser: Visitor) -> None:
    id = db.session.scalars(select(BrowserSession.id)).one()
    assert browser.post(f"{PAGE}/browsers/{id}/end", data=browser.form(PAGE).data).location == "/sign-in"
    assert not is_in(browser)


def test_nobody_ends_somebody_elses_session(app: Flask, browser: Visitor, now: datetime) -> None:
    bo = signed_in(app, factories.member(), now)
    id = db.session.scalars(select(BrowserSession.id).order_by(BrowserSession.id.desc())).first()
    browser.post(f"{PAGE}/browsers/{id}/end", data=browser.form(PAGE).data)
    browser.post(f"{PAGE}/browsers/end-others", data=browser.form(PAGE).data)
    assert is_in(bo)


def test_a_session_ends_after_fourteen_idle_days(app: Flask, browser: Visitor, ana: Member, now: datetime) -> None:
    with time_machine.travel(now, tick=False) as time:
        time.shift(timedelta(days=14, seconds=-1))
        assert is_in(browser)
        time.shift(timedelta(days=14))
        assert not is_in(browser)
    assert sessions.of_member(ana.id, now + timedelta(days=29)) == []


def test_a_session_ends_after_ninety_days_however_much_it_is_used(browser: Visitor, now: datetime) -> None:
    with time_machine.travel(now, tick=False) as time:
        for _ in range(8):
            time.shift(timedelta(days=10))
            assert is_in(browser)
        time.shift(timedelta(days=10))
        assert not is_in(browser)


def test_the_session_of_a_member_who_is_gone_opens_nothing(browser: Visitor, ana: Member) -> None:
    ana.confirmed_at = None
    db.session.commit()
    assert not is_in(browser)


@pytest.mark.parametrize(
    ("agent", "words"),
    [
        ("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0", "Firefox on Linux"),
        (
            "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) "
            "Version/18.0 Mobile/15E148 Safari/604.1",
            "Safari on iPhone",
        ),
        (
            "Mozilla/5.0 (Linux; Android 15) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Mobile "
            "Safari/537.36",
            "Chrome on Android",
        ),
        (
            "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 "
            "Safari/537.36 Edg/140.0.0.0",
            "Edge on Windows",
        ),
        ("curl/8.0", "A browser"),
        ("", "A browser"),
    ],
)
def test_a_browser_is_called_what_people_call_it(agent: str, words: str) -> None:
    assert kind(agent) == words
