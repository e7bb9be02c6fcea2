"""Erasing in the middle of a send, of an export, of a request, of another erasure: nothing is left over."""

import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import Context
from datetime import datetime
from typing import Any

import pytest
from flask import Flask, Response
from flask.testing import FlaskClient
from sqlalchemy import event, func, literal, select
from sqlalchemy.engine import Engine

from portal import clock, sessions
from portal.db import db, scrub
from portal.mail import outbox, sending
from portal.mail.models import Delivery, Mailing
from portal.mail.outbox import Piece, Words
from portal.mail.transport import Transport
from portal.members.actions import archive, journal
from portal.members.actions.erase import erase
from portal.members.models import Archive, Member
from portal.members.queries.held import File, Holder, no_files
from tests import factories
from tests.faults.smtp_server import FakeSmtp
from tests.privacy.everything import NEEDLES, somebody
from tests.privacy.scanning import in_tables

Smtp = Callable[..., FakeSmtp]


def elsewhere(app: Flask, work: Callable[[], object]) -> threading.Thread:
    """Run something in another thread, as another process would: with a database session of its own."""

    def run() -> None:
        with app.app_context():
            work()

    thread = threading.Thread(target=run)
    thread.start()
    return thread


def erasing(member_id: int) -> Callable[[], None]:
    def run() -> None:
        member = db.session.get(Member, member_id)
        if member and erase(member, "you", clock.now()):
            db.session.commit()
            scrub()

    return run


def newsletter(now: datetime) -> Mailing:
    """A mailing to everybody, committed."""
    piece = Piece("<p>Hello \ue000name|there\ue001.</p>", "Hello \ue000name|there\ue001.")
    mailing = outbox.freeze(Words("newsletter", "newsletter", "Measure twice", "A letter", [piece], "You asked."), now)
    outbox.queue_all([mailing], select(literal(mailing.id), Member.id, literal(1)), now, now)
    db.session.commit()
    return mailing


def send(mailing_id: int, server: FakeSmtp) -> None:
    with Transport(server.url) as transport:
        sending.send(mailing_id, transport, clock.now)


def states(mailing_id: int) -> Counter[tuple[str, str | None]]:
    db.session.rollback()
    rows = select(Delivery.state, Delivery.reason).filter_by(mailing_id=mailing_id)
    return Counter((state, reason) for state, reason in db.session.execute(rows))


def test_in_the_middle_of_a_send_no_content_goes_out(each_app: Flask, smtp: Smtp, now: datetime) -> None:
    """P5. The relay took its time before it let the content come."""
    member = factories.member(address="zsofia@needles.example", agreed_to=["newsletter"])
    mailing, id = newsletter(now), member.id

    def erase_then_wait(_count: int, _argument: str) -> None:
        elsewhere(each_app, erasing(id)).join()
        time.sleep(sending.FRESH + 0.2)

    with smtp({"RCPT": erase_then_wait}) as server:
        send(mailing.id, server)
    assert [m for m in server.arrived if m.complete] == []
    assert states(mailing.id) == {("skipped", "erased"): 1}
    assert in_tables(["needles"]) == []


def test_what_the_server_says_after_an_erasure_is_not_kept(each_app: Flask, smtp: Smtp, now: datetime) -> None:
    member = factories.member(address="zsofia@needles.example", agreed_to=["newsletter"])
    mailing, id = newsletter(now), member.id

    def erase_then_quote(_count: int, _argument: str) -> str:
        elsewhere(each_app, erasing(id)).join()
        return "250 2.0.0 taken for <zsofia@needles.example>"

    with smtp({"EOM": erase_then_quote}) as server:
        send(mailing.id, server)
    assert states(mailing.id) == {("accepted", None): 1}
    assert in_tables(["needles"]) == []


def test_many_are_erased_while_a_worker_sends_to_them(each_app: Flask, smtp: Smtp, now: datetime) -> None:
    people = [factories.member(address=f"n{n}@needles.example", agreed_to=["newsletter"]) for n in range(24)]
    ids = [member.id for member in people]
    mailing = newsletter(now)
    with smtp() as server:
        worker = elsewhere(each_app, lambda: send(mailing.id, server))
        for id in reversed(ids[4:]):
            elsewhere(each_app, erasing(id)).join()
        worker.join()
        send(mailing.id, server)
    ended = states(mailing.id)
    assert sum(ended.values()) == 24
    assert set(ended) <= {("accepted", None), ("skipped", "erased")}
    assert len([m for m in server.arrived if m.complete]) == ended["accepted", None]
    kept = {f"n{n}@needles.example" for n in range(4)}
    assert in_tables([f"n{n}@needles" for n in range(4, 24)]) == []
    assert set(db.session.scalars(select(Member.address))) == kept


def test_in_the_middle_of_an_export_nothing_is_left_over(each_app: Flask, now: datetime) -> None:
    member = somebody(now)
    row = db.session.get_one(Archive, member.id)
    row.built_at = None
    db.session.commit()
    id = member.id

    def files(_member: Member, _now: datetime) -> Iterator[File]:
        elsewhere(each_app, erasing(id)).join()
        yield File("late.txt", b"late")

    each_app.extensions["holders"] = [
        *each_app.extensions["holders"],
        Holder("late", (), lambda member, now: [], lambda member, now: None, files),
    ]
    assert archive.make(id, now) is False
    db.session.commit()
    each_app.extensions["holders"].pop()
    scrub()
    assert in_tables(NEEDLES) == []
    assert no_files(member, now) == ()


def test_two_at_once_erase_once(each_app: Flask, now: datetime) -> None:
    member = factories.member()
    db.session.commit()
    threads = [elsewhere(each_app, erasing(member.id)) for _ in range(4)]
    for thread in threads:
        thread.join()
    assert len(list(journal.read())) == 1
    assert db.session.scalar(select(func.count()).select_from(Member)) == 0


@contextmanager
def erased_before(app: Flask, words: str, member_id: int) -> Iterator[None]:
    """Erase somebody right before the first statement that begins so."""
    done = threading.Event()

    def look(_c: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if statement.startswith(words) and not done.is_set():
            done.set()
            elsewhere(app, erasing(member_id)).join()

    event.listen(Engine, "before_cursor_execute", look)
    try:
        yield
    finally:
        event.remove(Engine, "before_cursor_execute", look)
    assert done.is_set()


@pytest.mark.parametrize(
    ("path", "words"), [("/me/preferences", "UPDATE member SET"), ("/me/privacy/export", "UPDATE member SET")]
)
def test_in_the_middle_of_a_request_one_sentence_says_so(each_app: Flask, now: datetime, path: str, words: str) -> None:
    each_app.config["WTF_CSRF_ENABLED"] = False
    factories.interest(slug="calibration")
    member = factories.member(address="zsofia@needles.example")
    browser = FlaskClient(each_app, Response)  # not the one that counts statements: it would count the erasure's
    browser.set_cookie("portal-member", sessions.start(member.id, "Firefox", "-", now))
    db.session.commit()
    with erased_before(each_app, words, member.id):
        filled = {"interests": ["calibration"], "newsletter": "y", "career_stage": "open"}
        answer = Context().run(browser.post, path, data=filled)
    assert answer.status_code == 401, answer.text
    assert "signed out while this was on its way" in answer.text
    assert in_tables(["needles"]) == []
