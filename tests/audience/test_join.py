"""Asking to join: what the page says, the same answer for every address, and no more mail than an inbox can bear."""

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
import time_machine
from flask import Flask
from sqlalchemy import event, select, update
from sqlalchemy.engine import Engine
from werkzeug.test import TestResponse

from portal.audience import tasks as audience_tasks
from portal.audience.actions import join
from portal.audience.models import ASKED, Consent, JoinRequest
from portal.audience.queries import wording
from portal.config import Config
from portal.db import db
from portal.members.models import AccountLink, Member
from portal.web.throttle import Count, Limit, spend
from tests import factories
from tests.audience.visitor import Visitor
from tests.members.helpers import ask_to_join, at_once, mails, press, work


@pytest.fixture
def browser(app: Flask) -> Visitor:
    return Visitor(app)


def _words(html: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


def test_the_page_says_what_one_gets_and_what_not(browser: Visitor) -> None:
    words = _words(browser.get("/join").text)
    for promise in (
        "At most 4 mails in 30 days",
        "No tracking",
        "No on-site jobs if you want to work from home",
        "You leave in a second",
        "No effect on an application",
        "With none ticked you can still join",
    ):
        assert promise in words


def test_the_number_on_the_page_is_the_one_that_is_kept(
    config: Config, make_app: Callable[[Config], Flask], now: datetime
) -> None:
    app = make_app(config.model_copy(update={"mails_per_month": 2}))
    with app.app_context():
        assert "At most 2 mails in 30 days" in Visitor(app).get("/join").text
        ask_to_join(Visitor(app))
        work(app)
        assert db.session.scalars(select(Member)).one().mails_per_month == 2


def test_no_consent_is_ticked_before_one_ticks_it_and_its_words_are_shown(browser: Visitor) -> None:
    page = browser.get("/join").text
    assert " checked" not in page
    for purpose in ASKED:
        assert wording.sentence(purpose, "Fennel & Rowe").replace("&", "&amp;") in page
    form = browser.form("/join")
    assert form.data.getlist("purposes") == []
    assert form.offered.getlist("purposes") == list(ASKED)
    assert form.data["wording"] == wording.CURRENT


def test_the_example_is_a_mail_in_a_frame_that_may_do_nothing(browser: Visitor) -> None:
    page = browser.get("/join/example").text
    assert re.search(r'<iframe src="/join/example/mail"[^>]* sandbox>', page)
    mail = browser.get("/join/example/mail")
    assert mail.mimetype == "text/html"
    assert "sandbox" in mail.headers["Content-Security-Policy"]
    assert "default-src 'none'" in mail.headers["Content-Security-Policy"]
    assert "Hello Robin" in mail.text
    assert "<img" not in mail.text
    assert not re.search("[\ue000\ue001]|\\[\\[", mail.text)
    assert all(url.startswith("http://127.0.0.1:8000/") for url in re.findall(r'(?:href|src)="([^"]+)"', mail.text))


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"address": "ana@"}, "address"),
        ({"address": ""}, "address"),
        ({"name": ""}, "name"),
        ({"name": " \u200e\x00 "}, "name"),
        ({"name": "x" * 81}, "name"),
        ({"purposes": ["account"]}, "purposes"),
        ({"wording": "1999-01"}, "wording"),
    ],
)
def test_what_cannot_be_taken_is_said_beside_its_field(browser: Visitor, changes: dict[str, Any], field: str) -> None:
    answer = browser.send(browser.form("/join"), {"address": "ana@example.org", "name": "Ana"} | changes)
    assert answer.status_code == 422
    assert f'href="#{field}"' in answer.text
    assert db.session.scalars(select(JoinRequest)).all() == []


@pytest.mark.parametrize("name", ["Zoë O'Neill-Łuk", "美咲", "אנה", "👩‍🔬 Ana", "علی‌رضا", "e\u0301"])
def test_every_name_is_kept(app: Flask, browser: Visitor, name: str) -> None:
    ask_to_join(browser, name=f"  {name}\x00\u202e ")
    work(app)
    press(browser, mails()[0].path)
    assert db.session.scalars(select(Member)).one().name == name


# ---- The same answer ----

KINDS = ("unknown", "member", "claim", "bounced", "complained", "do_not_write", "erased", "asked just now")


def _know(kind: str, app: Flask) -> None:
    """Make ana@example.org somebody whom we know in this way."""
    if kind == "member":
        factories.member(address="ana@example.org")
    elif kind == "claim":
        factories.member(address="ana@example.org", confirmed_at=None)
    elif kind == "asked just now":
        db.session.commit()
        ask_to_join(Visitor(app))
        work(app)
    elif kind != "unknown":
        factories.suppression(address="ana@example.org", reason=kind)
    db.session.commit()


def _same(text: str) -> str:
    """What may differ between two answers: form tokens, cookies' random values, the request's number, the date."""
    text = re.sub(r'(name="csrf_token"[^>]*value=)"[^"]+"', r"\1", text)
    return re.sub(r"(portal-(?:form|asked)=)[^;]+; (Expires=[^;]+;)?", r"\1", text)


def _answers(app: Flask, kind: str) -> tuple[list[Any], list[str]]:
    """Everything that a browser gets that joins with that address, and every statement that its joining ran."""
    _know(kind, app)
    browser, seen, statements = Visitor(app), list[Any](), list[str]()
    form = browser.form("/join")

    def count(_c: Any, _cursor: Any, statement: str, *_: Any) -> None:
        statements.append(statement)

    event.listen(Engine, "before_cursor_execute", count)
    try:
        answer = browser.send(form, {"address": "ana@example.org", "name": "Ana", "purposes": ["newsletter"]})
    finally:
        event.remove(Engine, "before_cursor_execute", count)
    for page in (answer, browser.get(answer.location), browser.send(browser.form(answer.location), {"code": "1"})):
        headers = [(k, _same(v)) for k, v in page.headers if k not in {"X-Request-Id", "Date"}]
        seen.append((page.status_code, headers, _same(page.text)))
    return seen, statements


@pytest.fixture
def unknown(app: Flask) -> tuple[list[Any], list[str]]:
    answers = _answers(app, "unknown")
    for table in (JoinRequest, Count):
        db.session.query(table).delete()
    db.session.commit()
    work(app)
    return answers


@pytest.mark.parametrize("kind", KINDS[1:])
def test_the_answer_and_the_work_are_the_same_for_every_address(
    app: Flask, unknown: tuple[list[Any], list[str]], kind: str
) -> None:
    """W-05: status, headers, body; and the same statements in the same order, so no clock can tell either."""
    assert _answers(app, kind) == unknown


@pytest.mark.parametrize("kind", KINDS)
def test_who_gets_which_mail(app: Flask, browser: Visitor, kind: str) -> None:
    _know(kind, app)
    before = len(mails())
    ask_to_join(browser, purposes=["newsletter"])
    assert len(mails()) == before  # never in the request
    work(app)
    got = [mail.kind for mail in mails()[before:]]
    assert got == {"unknown": ["confirm"], "claim": ["confirm"], "erased": ["confirm"], "member": ["already_in"]}.get(
        kind, []
    )


def test_a_suppressed_address_leaves_nothing_behind(app: Flask, browser: Visitor) -> None:
    factories.suppression(address="ana@example.org", reason="do_not_write")
    db.session.commit()
    ask_to_join(browser)
    work(app)
    assert db.session.scalars(select(Member)).all() == []
    assert db.session.scalars(select(JoinRequest)).all() == []


def test_a_suppression_under_an_earlier_key_still_holds(
    config: Config, make_app: Callable[[Config], Flask], app: Flask
) -> None:
    factories.suppression(address="ana@example.org", reason="bounced")
    db.session.commit()
    secret = type(config.secret_key)
    rotated = make_app(
        config.model_copy(
            update={
                "secret_key": secret("another-key-0123456789-abcdefghijklmnop"),
                "secret_keys_old": config.secret_key,
            }
        )
    )
    with rotated.app_context():
        ask_to_join(Visitor(rotated))
        work(rotated)
        assert mails() == []


def test_the_mail_to_confirm_holds_nothing_that_the_asker_typed(app: Flask, browser: Visitor) -> None:
    """It may go to somebody else: nobody sends their own words to others through us."""
    ask_to_join(browser, name="Win at www.evil.example")
    work(app)
    (mail,) = mails()
    assert mail.to == "ana@example.org"
    assert mail.subject == "Is this you? Please confirm for Fennel & Rowe"
    assert "evil" not in mail.text + mail.html + mail.subject
    for words in ("24 hours", "If it was not you, do nothing"):
        assert words in mail.text
        assert words in mail.html


def test_a_member_who_joins_again_gets_a_link_to_sign_in_and_nothing_changes(app: Flask, browser: Visitor) -> None:
    ana = factories.member(address="ana@example.org", name="Ana", agreed_to=["newsletter"])
    db.session.commit()
    ask_to_join(browser, "ANA@example.org", name="Somebody", purposes=["job_alerts"])
    work(app)
    (mail,) = mails()
    assert mail.subject == "You are already in at Fennel & Rowe"
    assert "ten minutes" in mail.text
    assert press(browser, mail.path).location == "/me"
    db.session.expire_all()
    assert ana.name == "Ana"
    assert [c.purpose for c in db.session.scalars(select(Consent))] == ["newsletter"]
    assert db.session.scalars(select(JoinRequest)).all() == []


# ---- Limits ----


def _ask(address: str, now: datetime) -> None:
    join.ask(join.Asked(address, "Ana", (), wording.CURRENT), b"x" * 32, "198.51.100.0/24", now)
    db.session.commit()


def test_an_address_gets_one_mail_an_hour_and_three_a_day_whoever_asks(app: Flask, now: datetime) -> None:
    sent = []
    with time_machine.travel(now, tick=False) as time:
        for half_hour in range(50):
            time.move_to(now + timedelta(minutes=30 * half_hour))
            _ask("ANA@example.org" if half_hour % 2 else "ana@example.org", now)
            work(app)
            sent.append(len(mails()))
    assert sent[:6] == [1, 1, 2, 2, 3, 3]
    assert set(sent[5:48]) == {3}
    assert sent[48:] == [4, 4]


def test_a_member_gets_no_more_of_them_either(app: Flask, now: datetime) -> None:
    factories.member(address="ana@example.org")
    for _ in range(3):
        _ask("ana@example.org", now)
        work(app)
    assert [mail.kind for mail in mails()] == ["already_in"]


def test_confirming_does_not_start_the_count_anew(app: Flask, browser: Visitor) -> None:
    ask_to_join(browser)
    work(app)
    press(browser, mails()[0].path)
    ask_to_join(Visitor(app))
    work(app)
    assert len(mails()) == 1


def test_two_workers_at_once_send_one(each_app: Flask, now: datetime) -> None:
    browser = Visitor(each_app)
    browser.get("/join")
    ask_to_join(browser)
    for _ in range(5):
        _ask("ana@example.org", now)
    ids = db.session.scalars(select(JoinRequest.id)).all()
    db.session.rollback()

    def answer(_: Visitor, number: int) -> None:
        for id in (ids[number], ids[0]):  # each its own, and all the same one: a task can be doubled
            audience_tasks.answer_join(id, now)

    at_once(browser, each_app, 6, answer)
    db.session.expire_all()
    assert len(mails()) == 1
    assert len(db.session.scalars(select(AccountLink)).all()) == 1


def _from(browser: Visitor, address: str, ip: str, page: str = "/join") -> TestResponse:
    """Ask from a network."""
    changes = {"address": address} | ({"name": "Ana"} if page == "/join" else {})
    return browser.send(browser.form(page), changes, environ_overrides={"REMOTE_ADDR": ip})


@pytest.mark.parametrize("hour", [9, 23])
@pytest.mark.parametrize("page", ["/join", "/sign-in"])
def test_one_address_can_be_typed_so_often(app: Flask, browser: Visitor, page: str, now: datetime, hour: int) -> None:
    """In the last hour of a day too, when both windows end at midnight."""
    with time_machine.travel(now.replace(hour=hour, minute=10, second=0), tick=False):
        for n in range(6):
            assert _from(browser, "ana@example.org", f"192.0.2.{n}", page).status_code == 303
        refused = _from(browser, "ANA@example.org", "192.0.2.99", page)
        assert _from(browser, "bo@example.org", "192.0.2.99", page).status_code == 303
    assert refused.status_code == 429
    assert refused.headers["Retry-After"] == str(50 * 60)
    assert "in 50 minutes" in refused.text


@pytest.mark.parametrize("page", ["/join", "/sign-in"])
@pytest.mark.parametrize(
    ("same", "other"),
    [
        (lambda n: "203.0.113.9", "203.0.113.10"),
        (lambda n: f"2001:db8:1:2:{n:x}::1", "2001:db8:1:3::1"),
        (lambda n: "::ffff:203.0.113.9" if n % 2 else "203.0.113.9", "2001:db8::1"),
    ],
)
def test_one_network_can_ask_so_often(
    app: Flask, browser: Visitor, page: str, same: Callable[[int], str], other: str, now: datetime
) -> None:
    """W-06: one IPv4 address, or one IPv6 /64 with all its addresses."""
    with time_machine.travel(now.replace(minute=10, second=0), tick=False):
        form = browser.form(page)
        for n in range(40):
            data = {"address": f"person{n}@example.org", "name": "Ana"}
            answer = browser.send(form, data, environ_overrides={"REMOTE_ADDR": same(n)})
            assert answer.status_code == 303, n
        assert _from(browser, "last@example.org", same(40), page).status_code == 429
        assert _from(browser, "last@example.org", other, page).status_code == 303


def test_all_together_can_ask_so_often(app: Flask, browser: Visitor, now: datetime) -> None:
    with time_machine.travel(now, tick=False):
        spend("join", [Limit("all", 3000, timedelta(hours=1))], now)
        db.session.execute(update(Count).values(hits=3000))
        db.session.commit()
        assert _from(browser, "ana@example.org", "192.0.2.1").status_code == 429
        assert _from(browser, "ana@example.org", "192.0.2.1", "/sign-in").status_code == 303


def test_no_address_stands_in_the_counts(app: Flask, browser: Visitor) -> None:
    ask_to_join(browser)
    rows = db.session.scalars(select(Count)).all()
    assert len(rows) >= 3
    assert all(len(row.key) == 32 and b"ana" not in row.key for row in rows)


# ---- What gets lost ----


def test_a_lost_task_is_found_again(app: Flask, browser: Visitor, now: datetime) -> None:
    ask_to_join(browser)
    app.extensions["huey"].flush()
    audience_tasks.sweep(now)
    assert work(app) == []  # it may still be on its way
    audience_tasks.sweep(now + timedelta(minutes=2))
    assert work(app) == ["audience.answer_join", "mail.send"]
    audience_tasks.sweep(now + timedelta(minutes=4))
    assert work(app) == []
    assert len(mails()) == 1


def test_a_request_that_nobody_answered_for_a_day_is_dropped(app: Flask, browser: Visitor, now: datetime) -> None:
    ask_to_join(browser)
    app.extensions["huey"].flush()
    audience_tasks.sweep(now + timedelta(days=1, minutes=1))
    assert db.session.scalars(select(JoinRequest)).all() == []
