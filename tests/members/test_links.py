"""Links in account mails, to join and to sign in alike: opening one does nothing (P1), one use wins (W-02), each for
its own purpose (W-07), in the browser that asked (W-04)."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

import pytest
import time_machine
from flask import Flask
from sqlalchemy import func, select

from portal.audience.models import Consent
from portal.config import Config
from portal.db import db
from portal.members.actions import links
from portal.members.models import AccountLink, Member
from portal.members.queries.links import LIFETIMES, MOST_TRIES, code
from portal.sessions import BrowserSession
from tests import factories
from tests.audience.visitor import Visitor
from tests.members.helpers import ask_to_join, ask_to_sign_in, at_once, everything, is_in, mails, press, work


@dataclass(frozen=True)
class Asked:
    """Somebody has asked, and the mail waits."""

    app: Flask
    browser: Visitor
    path: str
    enter: str
    type_code: str

    @property
    def link(self) -> AccountLink:
        db.session.rollback()
        return db.session.scalars(select(AccountLink).order_by(AccountLink.id.desc())).first()  # type: ignore[return-value]

    def elsewhere(self) -> Visitor:
        """Another browser, of somebody who may have asked for other things."""
        other = Visitor(self.app)
        ask_to_sign_in(other, "somebody.else@example.org")
        work(self.app)
        return other

    def type(self, digits: str, browser: Visitor | None = None) -> int:
        browser = browser or self.browser
        return browser.send(browser.form(self.type_code), {"code": digits}).status_code


def _ask(kind: str, app: Flask, browser: Visitor) -> Asked:
    if kind == "confirm":
        ask_to_join(browser, purposes=["newsletter", "check_ins"])
    else:
        factories.member(address="ana@example.org")
        db.session.commit()
        ask_to_sign_in(browser)
    work(app)
    enter = "/me/preferences?welcome=1" if kind == "confirm" else "/me"
    return Asked(app, browser, mails()[-1].path, enter, f"/{'confirm' if kind == 'confirm' else 'sign-in'}/code")


@pytest.fixture(params=["confirm", "sign_in"])
def asked(request: pytest.FixtureRequest, app: Flask) -> Asked:
    return _ask(request.param, app, Visitor(app))


def test_opening_a_link_twenty_times_changes_nothing(asked: Asked) -> None:
    """P1, in the browser that asked and in others: mail scanners and previews open every link."""
    others = [asked.browser, asked.elsewhere(), Visitor(asked.app)]
    before = everything()
    for _ in range(10):
        for browser in others:
            assert browser.get(asked.path).status_code == 200
            assert browser.open(asked.path, "HEAD").status_code == 200
    assert everything() == before
    assert press(asked.browser, asked.path).location == asked.enter


def test_opening_a_link_sets_no_cookie_that_could_let_one_in(asked: Asked) -> None:
    for browser in (asked.browser, Visitor(asked.app)):
        cookies = browser.get(asked.path).headers.getlist("Set-Cookie")
        assert {c.split("=")[0] for c in cookies} <= {"portal-form"}


def test_no_page_of_a_link_is_kept_or_tells_where_one_came_from(asked: Asked) -> None:
    for path in (asked.path, asked.path[:-1] + "x"):
        page = asked.browser.get(path)
        assert page.headers["Cache-Control"] == "no-store"
        assert page.headers["Referrer-Policy"] == "no-referrer"
        assert '<meta name="robots" content="noindex">' in page.text
        assert "//" not in page.text.split("<main", 1)[1].split("</main", 1)[0]  # nothing from elsewhere, no way out


@pytest.mark.parametrize("kind", ["confirm", "sign_in"])
def test_of_many_uses_at_once_one_wins(kind: str, each_app: Flask) -> None:
    """W-02, on both databases."""
    asked = _ask(kind, each_app, Visitor(each_app))
    form = asked.browser.form(asked.path)
    answers = at_once(asked.browser, each_app, 6, lambda window, _: window.send(form).location)
    assert sorted(answers) == sorted([asked.enter, *[asked.path] * 5])
    assert db.session.scalar(select(func.count()).select_from(BrowserSession)) == 1
    assert db.session.scalar(select(func.count()).select_from(Consent)) == (2 if kind == "confirm" else 0)


def test_the_button_needs_the_form_token(asked: Asked) -> None:
    asked.browser.get(asked.path)
    assert asked.browser.post(asked.path).status_code == 400
    assert not is_in(asked.browser)


def test_another_browser_gets_a_code_and_no_button(asked: Asked) -> None:
    other = asked.elsewhere()
    page = other.get(asked.path).text
    digits = code(asked.link)
    assert f"{digits[:3]} {digits[3:]}" in page
    assert f'action="{asked.path}"' not in page
    assert f'action="{asked.path}/fresh"' in page
    assert digits not in asked.browser.get(asked.path).text.replace(" ", "")


def test_another_browser_cannot_use_the_link_even_with_a_forged_form(asked: Asked) -> None:
    other = asked.elsewhere()
    form = other.form(asked.path)
    assert other.post(asked.path, data=form.data).location == asked.path
    assert not is_in(other)
    fresh = Visitor(asked.app)
    assert fresh.post(asked.path, data=fresh.form("/sign-in").data).location == asked.path
    assert press(asked.browser, asked.path).location == asked.enter


def test_the_code_lets_in_where_it_was_asked_for(asked: Asked) -> None:
    digits = code(asked.link)
    other = asked.elsewhere()
    assert asked.type(digits, other) == 422  # where nobody asked for this link, the code opens nothing
    form = asked.browser.form(asked.type_code)
    assert asked.browser.send(form, {"code": f" {digits[:3]} {digits[3:]}"}).location == asked.enter
    assert is_in(asked.browser)
    assert not is_in(other)
    assert asked.browser.get(asked.path).status_code == 410


def test_five_wrong_codes_void_the_link(asked: Asked) -> None:
    digits = code(asked.link)
    wrong = f"{(int(digits) + 1) % 1_000_000:06}"
    for _ in range(MOST_TRIES - 1):
        assert asked.type(wrong) == 422
    assert asked.browser.get(asked.path).status_code == 200
    assert asked.type(wrong) == 422
    assert asked.type(digits) == 422
    assert asked.browser.get(asked.path).status_code == 410
    assert asked.link.code_tries == MOST_TRIES == 5
    assert asked.link.used_at is None
    assert not is_in(asked.browser)


def test_a_right_code_after_four_wrong_ones_lets_in(asked: Asked) -> None:
    digits = code(asked.link)
    for _ in range(MOST_TRIES - 1):
        asked.type("000000" if digits != "000000" else "000001")
    assert asked.type(digits) == 303


@pytest.mark.parametrize("digits", ["", "12345", "1234567", "12345a", "١٢٣٤٥٦", "000000\n1"])
def test_what_is_no_code_is_no_try(asked: Asked, digits: str) -> None:
    assert asked.type(digits) == 422
    assert asked.link.code_tries == 0


def test_guesses_sent_at_once_do_not_share_a_try(each_app: Flask) -> None:
    asked = _ask("sign_in", each_app, Visitor(each_app))
    form, digits = asked.browser.form(asked.type_code), code(asked.link)
    wrong = [f"{(int(digits) + 1 + n) % 1_000_000:06}" for n in range(8)]
    at_once(asked.browser, each_app, 8, lambda window, n: window.send(form, {"code": wrong[n]}))
    assert asked.link.code_tries == MOST_TRIES


def test_a_code_runs_out_with_its_link(app: Flask, now: datetime) -> None:
    with time_machine.travel(now, tick=False) as time:
        asked = _ask("sign_in", app, Visitor(app))
        digits = code(asked.link)
        time.shift(timedelta(minutes=10))
        assert asked.type(digits) == 422


def test_a_wrong_code_is_answered_the_same_whether_or_not_there_is_a_link(app: Flask) -> None:
    factories.member(address="ana@example.org")
    db.session.commit()
    pages = []
    for address in ("ana@example.org", "nobody@example.org"):
        browser = Visitor(app)
        ask_to_sign_in(browser, address)
        work(app)
        answer = browser.send(browser.form("/sign-in/code"), {"code": "123456"})
        pages.append((answer.status_code, _plain(answer.text).replace(address, "")))
    assert pages[0] == pages[1]


def _plain(page: str) -> str:
    """A page without its form tokens."""
    return re.sub(r'name="csrf_token"[^>]*value="[^"]+"', "", page)


def test_a_link_opened_elsewhere_can_be_had_fresh_for_that_browser(app: Flask) -> None:
    asked = _ask("sign_in", app, Visitor(app))
    phone = Visitor(app)
    press(phone, asked.path)
    work(app)
    fresh = mails()[-1]
    assert fresh.to == "Ana <ana@example.org>"
    assert asked.browser.get(asked.path).status_code == 410
    assert press(phone, fresh.path).location == "/me"
    assert not is_in(asked.browser)


@pytest.mark.parametrize("purpose", sorted(LIFETIMES))
def test_a_link_opens_only_what_it_is_for(app: Flask, purpose: str) -> None:
    """W-07: a token of one purpose never works for another."""
    member = factories.member(
        address="ana@example.org", confirmed_at=None if purpose == "confirm" else factories.LONG_AGO
    )
    _, token = factories.account_link(member=member, purpose=purpose)
    db.session.commit()
    works = {"confirm": {"confirm"}, "demo": set()}.get(purpose, {"sign-in"})
    for page in {"confirm", "sign-in"} - works:
        browser = Visitor(app)
        assert browser.get(f"/{page}/{token}").status_code == 410
        answer = browser.post(f"/{page}/{token}", data=browser.form("/sign-in").data)
        assert answer.location == f"/{page}/{token}"
        assert not is_in(browser)
    if purpose in {"sign_in", "already_in", "raise"}:
        assert Visitor(app).get(f"/sign-in/{token}").status_code == 200


@pytest.mark.parametrize("token", ["x", "a" * 43, "%00", "é", "..", "'", "a" * 5000])
@pytest.mark.parametrize("page", ["confirm", "sign-in"])
def test_a_foreign_token_has_one_answer(app: Flask, page: str, token: str) -> None:
    answer = Visitor(app).get(f"/{page}/{token}")
    assert answer.status_code in {404, 410} if token == ".." else answer.status_code == 410


def test_a_rotated_key_leaves_links_that_are_under_way_working(
    config: Config, make_app: Callable[[Config], Flask]
) -> None:
    """Asked under one key, mailed and used under the next; the code too."""
    old = make_app(config)
    with old.app_context():
        asked = _ask("confirm", old, Visitor(old))
        digits, path = code(asked.link), asked.path
        keys = {"secret_key": "another-key-0123456789-abcdefghijklmnop", "secret_keys_old": config.secret_key}
        kept = {
            name: cookie.value
            for name in ("portal-asked",)
            if (cookie := asked.browser.client.get_cookie(name, domain="127.0.0.1"))
        }
    secret = type(config.secret_key)
    rotated = make_app(config.model_copy(update=keys | {"secret_key": secret(str(keys["secret_key"]))}))
    with rotated.app_context():
        assert mails()[-1].path == path
        assert code(db.session.scalars(select(AccountLink)).one()) == digits
        browser = Visitor(rotated)
        browser.client.set_cookie("portal-asked", kept["portal-asked"], domain="127.0.0.1")
        assert press(browser, path).location == asked.enter
        assert db.session.scalars(select(Member)).one().confirmed_at


def test_who_never_asked_is_not_taken_for_who_asked_without_a_cookie(app: Flask, now: datetime) -> None:
    """A link for any browser (the demo's) must not be usable by a code from a browser without a mark."""
    member = factories.member()
    link = links.make(member.id, "sign_in", None, "192.0.2.0/24", now)
    db.session.commit()
    assert links.use_code(code(link), ("sign_in",), None, now) is None
    db.session.rollback()
    assert db.session.scalars(select(AccountLink.code_tries)).one() == 0
