"""Invitations: a link that works once leads to a password, a phone, ten codes, and the desk."""

import re
from datetime import datetime, timedelta
from pathlib import Path

import pyotp
import pytest
import time_machine
from flask import Flask
from sqlalchemy import select
from werkzeug.test import TestResponse

from portal.db import db
from portal.staff.actions import links, people, second_factor
from portal.staff.models import RecoveryCode, Recruiter, StaffLink
from portal.staff.queries import by_key
from portal.staff.queries.links import action_url, derived
from tests import factories
from tests.audience.visitor import Visitor, forms
from tests.conftest import KEY, make_config
from tests.staff.helpers import PASSWORD, code, colleague


@pytest.fixture
def link(app: Flask, now: datetime) -> StaffLink:
    made = people.invite("ana@talent.example.org", "ana@talent.example.org", "Ana", "admin", None, now)
    db.session.commit()
    return made


@pytest.fixture
def path(link: StaffLink) -> str:
    return "/" + action_url(link).split("/", 3)[3]


def choose(browser: Visitor, path: str, password: str = PASSWORD, **more: str) -> TestResponse:
    return browser.send(forms(browser.get(path))[0], {"password": password} | more)


def secret(page: TestResponse) -> str:
    found = re.search(r'<code class="secret">(.*?)</code>', page.text, re.DOTALL)
    assert found
    return "".join(re.sub("<[^>]*>", "", found[1]).split())


def join(browser: Visitor, path: str, now: datetime) -> TestResponse:
    assert choose(browser, path).status_code == 303
    page = browser.get(path)
    return browser.send(forms(page)[0], {"code": pyotp.TOTP(secret(page)).at(now)})


def test_somebody_invited_is_at_the_desk_after_two_steps(app: Flask, path: str, now: datetime) -> None:
    browser = Visitor(app)
    with time_machine.travel(now, tick=False):
        joined = join(browser, path, now)
        assert joined.status_code == 200
        codes = re.findall(r"<li><code>([A-Z2-9]{4}-[A-Z2-9]{4}-[A-Z2-9]{4})</code>", joined.text)
        assert len(set(codes)) == 10
        assert browser.get("/desk/sign-in").location == "/desk"
    ana = by_key("ana@talent.example.org")
    assert ana
    assert ana.active
    assert ana.joined_at == now
    assert len(db.session.scalars(select(RecoveryCode)).all()) == 10


def test_to_look_uses_nothing_up_and_the_link_works_once(app: Flask, path: str, now: datetime) -> None:
    """P1, W-02, W-03."""
    with time_machine.travel(now, tick=False):
        for _ in range(20):
            assert Visitor(app).get(path).status_code == 200
            assert Visitor(app).open(path, "HEAD").status_code == 200
        first, second = Visitor(app), Visitor(app)
        choose(first, path)
        form, late = forms(first.get(path))[0], forms(second.get(path))[0]
        code = pyotp.TOTP(secret(first.get(path))).at(now)
        assert first.send(form, {"code": code}).status_code == 200
        assert second.send(late, {"code": code}).status_code == 410
        assert second.get(path).status_code == 410


def test_of_two_who_use_a_link_at_once_one_wins(app: Flask, link: StaffLink, now: datetime) -> None:
    """W-02. Both have found it alive."""
    assert [links.use(link, now), links.use(link, now)] == [True, False]
    ana = db.session.get_one(Recruiter, link.recruiter_id)
    link.password_hash, link.totp_nonce = "a hash", "a nonce"
    assert people.join(ana, link, 1, now) is None
    assert ana.joined_at is None


def test_a_link_lives_for_seven_days_and_one_lives_at_a_time(
    app: Flask, link: StaffLink, path: str, now: datetime
) -> None:
    """W-01."""
    browser = Visitor(app)
    with time_machine.travel(now, tick=False) as time:
        time.shift(timedelta(days=7, seconds=-1))
        assert browser.get(path).status_code == 200
        time.shift(timedelta(seconds=1))
        assert browser.get(path).status_code == 410
    recruiter = db.session.get_one(Recruiter, link.recruiter_id)
    people.invite_again(recruiter, None, now)
    db.session.commit()
    assert browser.get(path).status_code == 410


def test_the_secret_is_nowhere_in_the_database(app: Flask, link: StaffLink, path: str) -> None:
    token = path.rpartition("/")[2]
    with db.engine.connect() as connection:
        dump = "\n".join(connection.connection.iterdump())  # type: ignore[attr-defined]
    assert token not in dump
    choose(Visitor(app), path)
    with db.engine.connect() as connection:
        dump = "\n".join(connection.connection.iterdump())  # type: ignore[attr-defined]
    db.session.refresh(link)
    assert PASSWORD not in dump
    assert second_factor.secret(link.totp_nonce or "") not in dump


@pytest.mark.parametrize(
    ("password", "says"),
    [
        ("fourteen chars", "at least 15"), ("x" * 201, "at most 200"), ("correct horse battery staple", "easy to guess"),
        ("passwordpassword1", "easy to guess"), ("P4ssw0rd!P4ssw0rd!", "easy to guess"), ("qwertyuiopasdfgh", "easy to guess"),
        ("Fennel and Rowe 2026", "easy to guess"), ("ana@talent.example.org", "easy to guess"), ("aaaaaaaaaaaaaaaaa", "easy to guess"),
        ("abababababababababab", "easy to guess"), ("123456789012345678", "easy to guess"), ("1qaz2wsx3edc4rfv", "easy to guess"),
        ("", "at least 15"), ("Willkommen2026Willkommen", "easy to guess"), ("iloveyouiloveyou!", "easy to guess"),
    ],
)  # fmt: skip
def test_weak_passwords_are_refused_with_what_to_do(app: Flask, path: str, password: str, says: str) -> None:
    answer = choose(Visitor(app), path, password)
    assert answer.status_code == 422
    assert says in answer.text


@pytest.mark.parametrize(
    "password",
    ["seven wet umbrellas in a lift", "kT9#vQ2m!xLw8@zR", "lichen gutter mango tidal", "größenwahnsinniger Kiesel", "天気が良いから散歩しましょうと彼女が言った", "x7 " * 5 + "owl harbour"],
)  # fmt: skip
def test_good_ones_are_taken_whatever_they_are_made_of(app: Flask, path: str, password: str) -> None:
    assert choose(Visitor(app), path, password).status_code == 303


def test_what_was_typed_can_be_shown_without_script(app: Flask, path: str, link: StaffLink) -> None:
    shown = choose(Visitor(app), path, "half a pass", show="1")
    assert 'type="text" value="half a pass"' in shown.text
    db.session.refresh(link)
    assert link.password_hash is None


def test_a_wrong_code_sets_nothing_up(app: Flask, path: str, now: datetime) -> None:
    browser = Visitor(app)
    choose(browser, path)
    assert browser.send(forms(browser.get(path))[0], {"code": "123"}).status_code == 422
    browser.send(forms(browser.get(path))[1])
    assert "Take this password" in browser.get(path).text


def test_a_reset_ends_what_was_and_begins_anew(app: Flask, path: str, now: datetime) -> None:
    browser = Visitor(app)
    with time_machine.travel(now, tick=False):
        join(browser, path, now)
        ana = by_key("ana@talent.example.org")
        assert ana
        again = people.reset(ana, None, now)
        db.session.commit()
        assert browser.get("/desk/sign-in").status_code == 200, "signed out at once"
        assert ana.password_hash is None
        page = "/" + action_url(again).split("/", 3)[3]
        assert join(browser, page, now).status_code == 200
        assert browser.get("/desk/sign-in").location == "/desk"


def test_links_of_members_open_nothing_here_and_the_other_way_round(app: Flask, link: StaffLink, path: str) -> None:
    """W-07."""
    token = path.rpartition("/")[2]
    browser = Visitor(app)
    assert browser.get(f"/sign-in/{token}").status_code == 410
    assert browser.get(f"/confirm/{token}").status_code == 410
    _, theirs = factories.account_link(member=factories.member())
    db.session.commit()
    assert browser.get(f"/desk/invited/{theirs}").status_code == 410


def test_who_has_left_has_no_link(app: Flask, link: StaffLink, path: str, now: datetime) -> None:
    db.session.get_one(Recruiter, link.recruiter_id).ended_at = now
    db.session.commit()
    assert Visitor(app).get(path).status_code == 410


def test_a_link_that_was_made_with_an_earlier_key_still_works(
    app: Flask, link: StaffLink, path: str, tmp_path: Path
) -> None:
    earlier = derived(link.purpose, link.nonce, link.digest)
    assert path.endswith(earlier)
    newer = {"secret_key": "another-key-of-32-letters-and-more", "secret_keys_old": KEY}
    app.extensions["portal"] = make_config(tmp_path, **newer)
    assert action_url(link).endswith(earlier)
    assert Visitor(app).get(path).status_code == 200


def test_a_phone_outlives_a_change_of_key_while_the_earlier_one_is_kept(
    app: Flask, tmp_path: Path, now: datetime
) -> None:
    tom = colleague()
    shown, newer = code(tom, now), "another-key-of-32-letters-and-more"
    app.extensions["portal"] = make_config(tmp_path, secret_key=newer, secret_keys_old=KEY)
    assert not second_factor.key_is_gone(tom)
    assert second_factor.prove(tom, shown, now) == "code"
    app.extensions["portal"] = make_config(tmp_path, secret_key=newer)
    assert second_factor.key_is_gone(tom)
    assert second_factor.prove(tom, shown, now + timedelta(hours=1)) is None
