"""One's own account at the desk, and under whose name mail may go out."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pyotp
import pytest
import time_machine
from flask import Flask
from sqlalchemy import select

from portal.db import db
from portal.mail.models import Delivery
from portal.sessions import DeskSession
from portal.staff.actions import second_factor, senders
from portal.staff.models import AuditEntry, House, Recruiter, SenderPermission
from portal.staff.queries.senders import choices, may_appear, may_use, named
from tests import factories
from tests.pages import PageClient
from tests.staff.helpers import code, colleague
from tests.staff.test_invited import secret

AtDesk = Callable[..., PageClient]


def test_what_one_says_of_oneself_is_kept(at_desk: AtDesk, app: Flask) -> None:
    tom = colleague(name="Tom")
    client = at_desk(tom)
    said = {
        "name": "Tom  Reed",
        "title": "Recruiter",
        "reply_to": "tom@example.org",
        "language": "de",
        "time_zone": "Europe/Lisbon",
    }
    assert client.post("/desk/account", data=said).status_code == 303
    db.session.expire_all()
    assert (tom.name, tom.title, tom.reply_to, tom.language, tom.time_zone) == ("Tom Reed", *list(said.values())[1:])
    wrong = client.post("/desk/account", data=said | {"reply_to": "nowhere", "time_zone": "Mars/Base", "name": ""})
    assert wrong.status_code == 422
    assert 'value="nowhere"' in wrong.text


def test_a_new_password_ends_the_other_sessions_and_renews_this_one(at_desk: AtDesk, app: Flask, now: datetime) -> None:
    """W-10, W-12."""
    tom = colleague()
    other, here = at_desk(tom), at_desk(tom)
    before = here.get_cookie("portal-desk")
    changed = here.post("/desk/account/password", data={"password": "lichen gutter mango tidal"})
    assert changed.location == "/desk/account"
    after = here.get_cookie("portal-desk")
    assert before
    assert after
    assert before.value != after.value
    assert here.get("/desk/account").status_code == 200
    assert other.get("/desk/account").status_code == 302


def test_a_new_phone_replaces_the_one_before(at_desk: AtDesk, app: Flask, now: datetime) -> None:
    tom = colleague()
    with time_machine.travel(now, tick=False):
        other, here = at_desk(tom), at_desk(tom)
        shown = here.get("/desk/account/second-factor")
        assert secret(shown) == secret(here.get("/desk/account/second-factor")), "reloading shows the same"
        assert here.post("/desk/account/second-factor", data={"code": code(tom, now)}).status_code == 422
        done = here.post("/desk/account/second-factor", data={"code": pyotp.TOTP(secret(shown)).at(now)})
        assert done.status_code == 200
        assert done.text.count("<li><code>") == 10
        assert other.get("/desk/account").status_code == 302
        assert here.get("/desk/account").status_code == 200
    db.session.expire_all()
    assert second_factor.secret(tom.totp_nonce or "", tom.totp_digest) == secret(shown)


def test_new_recovery_codes_replace_the_old(at_desk: AtDesk, app: Flask, now: datetime) -> None:
    tom = colleague()
    old = second_factor.renew_codes(tom.id)
    db.session.commit()
    client = at_desk(tom)
    assert "10 are left" in client.get("/desk/account/codes").text
    assert old[0] not in client.post("/desk/account/codes").text
    assert second_factor.prove(tom, old[0], now) is None


def test_a_password_or_phone_is_not_changed_without_proof(at_desk: AtDesk, app: Flask, now: datetime) -> None:
    stale = at_desk(colleague(), proved_at=now - timedelta(minutes=10))
    for path in ("password", "second-factor", "codes"):
        assert stale.get(f"/desk/account/{path}").location == f"/desk/prove?next=/desk/account/{path}"
        assert stale.post(f"/desk/account/{path}", data={"password": "lichen gutter mango tidal"}).status_code == 303


def test_one_sees_and_ends_where_one_is_signed_in(at_desk: AtDesk, app: Flask) -> None:
    tom = colleague()
    first, second, third = at_desk(tom), at_desk(tom), at_desk(tom)
    assert first.get("/desk/account").text.count("Sign out there") == 2
    ids = db.session.scalars(select(DeskSession.id).order_by(DeskSession.id)).all()
    assert first.post(f"/desk/account/browsers/{ids[1]}/end").status_code == 303
    assert second.get("/desk/account").status_code == 302
    assert first.post("/desk/account/browsers/end-others").status_code == 303
    assert third.get("/desk/account").status_code == 302
    assert first.post(f"/desk/account/browsers/{ids[0]}/end").location == "/desk/sign-in"


@pytest.fixture
def tom(app: Flask) -> Recruiter:
    return factories.recruiter(name="Tom")


@pytest.fixture
def jonas(app: Flask) -> Recruiter:
    return factories.recruiter(role="manager", name="Jonas")


def test_asking_giving_and_taking_back(at_desk: AtDesk, tom: Recruiter, jonas: Recruiter, now: datetime) -> None:
    senders.ask(tom, jonas.id, now, about="issue:2026-12-a-quiet-month")
    senders.ask(tom, jonas.id, now, about="issue:2026-12-a-quiet-month")
    row = db.session.scalars(select(SenderPermission)).one()
    assert db.session.scalars(select(Delivery)).one().recruiter_id == jonas.id, "told once by mail"
    client = at_desk(jonas)
    assert "You are asked" in client.get("/desk/account/sender").text
    assert "Say yes or no" in client.get("/desk/account").text
    assert not may_appear(jonas.id, "newsletter", "issue:2026-12-a-quiet-month")
    client.post(f"/desk/account/sender/{row.id}", data={"answer": "yes"})
    assert may_appear(jonas.id, "newsletter", "issue:2026-12-a-quiet-month")
    assert not may_appear(jonas.id, "newsletter", "issue:another")
    assert not may_appear(jonas.id, "newsletter")
    client.post(f"/desk/account/sender/{row.id}/withdraw")
    assert not may_appear(jonas.id, "newsletter", "issue:2026-12-a-quiet-month")
    acts = db.session.scalars(select(AuditEntry.action).order_by(AuditEntry.id)).all()
    assert [act for act in acts if act.startswith("sender")] == ["sender.ask", "sender.give", "sender.withdraw"]


def test_a_standing_yes_covers_the_purpose_only(
    at_desk: AtDesk, tom: Recruiter, jonas: Recruiter, now: datetime
) -> None:
    at_desk(jonas).post("/desk/account/sender/give", data={"purpose": "check_ins"})
    assert may_appear(jonas.id, "check_ins", "letter:7")
    assert not may_appear(jonas.id, "newsletter")
    assert may_use(tom.id, tom.id, "newsletter")
    assert not may_use(tom.id, jonas.id, "newsletter")
    assert [(choice.recruiter.name, choice.state) for choice in choices(tom, "check_ins")] == [
        ("Tom", "self"),
        ("Jonas", "given"),
    ]
    jonas.ended_at = now
    db.session.flush()
    assert not may_appear(jonas.id, "check_ins")


def test_nobody_gives_for_another(at_desk: AtDesk, tom: Recruiter, jonas: Recruiter, now: datetime) -> None:
    row = senders.ask(tom, jonas.id, now, purpose="newsletter")
    client = at_desk(tom)
    assert client.post(f"/desk/account/sender/{row.id}", data={"answer": "yes"}).status_code == 404
    assert client.post(f"/desk/account/sender/{row.id}/withdraw").status_code == 404
    assert not may_appear(jonas.id, "newsletter")


def test_a_no_leaves_nothing_open(at_desk: AtDesk, tom: Recruiter, jonas: Recruiter, now: datetime) -> None:
    row = senders.ask(tom, jonas.id, now, purpose="newsletter")
    at_desk(jonas).post(f"/desk/account/sender/{row.id}", data={"answer": "no"})
    assert [choice.state for choice in choices(tom, "newsletter")] == ["self", "none"]
    assert not may_appear(jonas.id, "newsletter")


def test_a_name_that_two_have_names_nobody(app: Flask, jonas: Recruiter) -> None:
    assert named("Jonas") == jonas
    factories.recruiter(name="Jonas")
    assert named("Jonas") is None
    assert named("Nobody") is None


def test_going_live_needs_the_box_and_is_written_down(at_desk: AtDesk, app: Flask) -> None:
    db.session.get_one(House, 1).live_at = None
    factories.member(agreed_to=["newsletter"])
    client = at_desk("admin")
    assert "Go live for one member" in client.get("/desk/team/house").text
    assert client.post("/desk/team/house/live").status_code == 422
    assert client.post("/desk/team/house/live", data={"sure": "y"}).status_code == 303
    db.session.expire_all()
    assert db.session.get_one(House, 1).live_at
    client.post("/desk/team/house/switch", data={"name": "approval", "on": "1"})
    db.session.expire_all()
    assert db.session.get_one(House, 1).approval
    acts = set(db.session.scalars(select(AuditEntry.action)))
    assert {"house.live", "house.approval"} <= acts
