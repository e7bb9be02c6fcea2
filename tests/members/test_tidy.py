"""What is over is deleted, and nothing that is not: run by the sweep each minute."""

from datetime import datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from portal import sessions
from portal.audience.models import JoinRequest
from portal.db import db
from portal.mail.models import Delivery
from portal.members import tasks
from portal.members.models import AccountLink, Member, SignInRequest
from portal.sessions import BrowserSession
from portal.web.throttle import Count, Limit, spend
from tests import factories
from tests.audience.visitor import Visitor
from tests.members.helpers import ask_to_join, ask_to_sign_in, mails, press, work


def _left(model: type) -> int:
    db.session.rollback()
    return len(db.session.scalars(select(model)).all())


def test_a_claim_that_nobody_confirmed_is_forgotten_after_a_week(app: Flask, now: datetime) -> None:
    ask_to_join(Visitor(app), purposes=["newsletter"])
    work(app)
    factories.member()
    db.session.commit()
    tasks.sweep(now + timedelta(days=6, hours=23))
    assert _left(Member) == 2
    tasks.sweep(now + timedelta(days=7, minutes=1))
    assert [m.confirmed_at for m in db.session.scalars(select(Member))] == [factories.LONG_AGO]
    assert (_left(AccountLink), _left(JoinRequest)) == (0, 0)
    assert db.session.scalars(select(Delivery.member_id)).all() == [None]


def test_a_claim_with_a_link_that_still_works_is_kept(app: Flask, now: datetime) -> None:
    member = factories.member(confirmed_at=None, created_at=now - timedelta(days=8))
    factories.account_link(member=member, purpose="confirm", expires_at=now + timedelta(hours=1))
    db.session.commit()
    tasks.sweep(now)
    assert _left(Member) == 1
    tasks.sweep(now + timedelta(hours=2))
    assert _left(Member) == 0


def test_a_member_is_never_tidied_away(app: Flask, now: datetime) -> None:
    browser = Visitor(app)
    ask_to_join(browser, purposes=["newsletter"])
    work(app)
    press(browser, mails()[0].path)
    tasks.sweep(now + timedelta(days=4000))
    assert _left(Member) == 1


@pytest.mark.parametrize("used", [True, False])
def test_a_dead_link_is_kept_for_a_week(app: Flask, now: datetime, used: bool) -> None:
    link, _ = factories.account_link(member=factories.member(), expires_at=now)
    link.used_at = now if used else None
    db.session.commit()
    tasks.sweep(now + timedelta(days=7))
    assert _left(AccountLink) == 1
    tasks.sweep(now + timedelta(days=7, minutes=1))
    assert _left(AccountLink) == 0


def test_a_demo_link_is_kept_until_it_was_used(app: Flask, now: datetime) -> None:
    factories.account_link(member=factories.member(), purpose="demo")
    db.session.commit()
    tasks.sweep(now + timedelta(days=4000))
    assert _left(AccountLink) == 1


def test_sessions_that_are_over_are_deleted(app: Flask, now: datetime) -> None:
    member = factories.member()
    for age, seen, ended in ((0, 0, False), (0, 0, True), (20, 14, False), (90, 1, False), (89, 13, False)):
        row = BrowserSession(
            token_hash=bytes([age, seen, ended]), member_id=member.id, browser="", network="",
            started_at=now - timedelta(days=age), seen_at=now - timedelta(days=seen), ended_at=now if ended else None,
        )  # fmt: skip
        db.session.add(row)
    db.session.commit()
    tasks.sweep(now + timedelta(seconds=1))
    assert _left(BrowserSession) == 2
    assert len(sessions.of_member(member.id, now)) == 2


def test_counts_of_past_windows_are_deleted(app: Flask, now: datetime) -> None:
    noon = now.replace(hour=12, minute=0, second=0)
    spend("test", [Limit("x", 5, timedelta(hours=1)), Limit("x", 5, timedelta(days=1))], noon)
    tasks.sweep(noon + timedelta(hours=1, seconds=1))
    assert _left(Count) == 1
    tasks.sweep(noon + timedelta(days=1))
    assert _left(Count) == 0


def test_a_lost_answer_is_found_again_and_an_old_one_dropped(app: Flask, now: datetime) -> None:
    factories.member(address="ana@example.org")
    db.session.commit()
    ask_to_sign_in(Visitor(app))
    app.extensions["huey"].flush()
    tasks.sweep(now)
    assert work(app) == []
    tasks.sweep(now + timedelta(minutes=2))
    assert work(app) == ["members.answer_sign_in", "mail.send"]
    ask_to_sign_in(Visitor(app))
    app.extensions["huey"].flush()
    tasks.sweep(now + timedelta(hours=1, minutes=1))
    assert _left(SignInRequest) == 0
    assert work(app) == []


def test_a_doubled_task_sends_one_mail(app: Flask, now: datetime) -> None:
    factories.member(address="ana@example.org")
    db.session.commit()
    ask_to_sign_in(Visitor(app))
    id = db.session.scalars(select(SignInRequest.id)).one()
    db.session.rollback()
    for _ in range(2):
        tasks.answer_sign_in(id, now)
    assert len(mails()) == 1
