"""The download: asked ten times and made once, whole, only its owner's, for seven days."""

import io
import json
import zipfile
from datetime import datetime, timedelta
from email import message_from_bytes, policy
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from portal import sessions
from portal.audience.actions import preferences
from portal.audience.queries.preferences import of, values
from portal.audience.queries.wording import CURRENT
from portal.db import db
from portal.mail.models import Delivery, Mailing
from portal.members import tasks
from portal.members.actions import archive
from portal.members.models import Archive, Member
from portal.members.queries.archive import content, of_member
from tests import factories
from tests.pages import PageClient
from tests.privacy.everything import ADDRESS, NAME, somebody


@pytest.fixture
def member(app: Flask, now: datetime) -> Member:
    app.config["WTF_CSRF_ENABLED"] = False
    found = factories.member(address="ana@example.org", agreed_to=["newsletter"])
    db.session.commit()
    return found


@pytest.fixture
def browser(app: Flask, client: PageClient, member: Member, now: datetime) -> PageClient:
    """Her browser, signed in."""
    client.set_cookie("portal-member", sessions.start(member.id, "Firefox on Linux", "192.0.2.0/24", now))
    db.session.commit()
    return client


def opened(member_id: int) -> dict[str, bytes]:
    """The files of the archive as it is kept."""
    row = of_member(member_id)
    assert row is not None
    assert row.size is not None
    data = b"".join(content(row.member_id, row.size))
    assert len(data) == row.size
    with zipfile.ZipFile(io.BytesIO(data)) as found:
        return {info.filename: found.read(info) for info in found.infolist()}


def announced() -> int:
    """How many mails say that an archive is ready."""
    rows = select(func.count()).select_from(Delivery).join(Mailing).where(Mailing.kind == "archive")
    return db.session.scalar(rows) or 0


def test_asked_ten_times_it_is_made_once_and_announced_once(browser: PageClient, member: Member, now: datetime) -> None:
    for _ in range(5):
        assert browser.post("/me/privacy/export").status_code == 303
    assert "It is being put together already" in browser.get("/me/privacy").text
    tasks.make_archive(member.id, now)
    for _ in range(5):
        browser.post("/me/privacy/export")
    assert "you have changed nothing since" in browser.get("/me/privacy").text
    assert archive.make(member.id, now) is False
    assert announced() == 1


def test_a_change_is_reason_for_a_fresh_one_and_so_is_a_day(member: Member, now: datetime) -> None:
    def asked(at: datetime) -> str:
        said = archive.ask(member.id, at)
        db.session.flush()
        return said

    asked(now)
    archive.make(member.id, now)
    assert asked(now + timedelta(hours=1)) == "same"
    sessions.start(member.id, "Safari", "192.0.2.0/24", now)  # signing in is no change
    assert asked(now + timedelta(hours=1)) == "same"
    preferences.save(member, {"next_wish": "A garden."}, CURRENT, "-", now + timedelta(hours=1))
    assert asked(now + timedelta(hours=2)) == "asked"
    archive.make(member.id, now + timedelta(hours=2))
    assert asked(now + timedelta(hours=27)) == "asked"


def test_everything_is_in_it(app: Flask, now: datetime) -> None:
    member = somebody(now)
    db.session.commit()
    files = opened(member.id)
    data: dict[str, Any] = json.loads(files["rapport.json"])
    assert (data["format"], data["account"]["name"], data["account"]["address"]) == (1, NAME, ADDRESS)
    assert data["preferences"] == json.loads(json.dumps(values(of(member))))
    assert data["preferences"]["skills"] == ["Quokkaweaving"]
    assert {consent["purpose"] for consent in data["consents"]} == {"newsletter", "job_alerts", "check_ins"}
    assert all(consent["words"] for consent in data["consents"])
    assert data["changes"][0]["before"]["address"]
    assert len(data["messages"]) == 4
    words = files["rapport.md"].decode()
    for needle in ("Quokkaweaving", "Balthazar Nonesuch", "To tame wombats", "You agree that Fennel & Rowe", "Penguin"):
        assert needle in words, needle
    receipts = [path for path in files if path.startswith("consents/")]
    assert len(receipts) == 3
    assert NAME in files[receipts[0]].decode()


def test_the_mails_are_as_they_were_sent_but_open_nothing(app: Flask, now: datetime) -> None:
    member = somebody(now)
    link, secret = factories.account_link(member=member, expires_at=now + timedelta(minutes=9))
    link.mailing_id = db.session.scalars(select(Mailing.id).filter_by(kind="notice")).one()
    archive.ask(member.id, now + timedelta(days=2))
    archive.make(member.id, now + timedelta(days=2))
    db.session.commit()
    files = opened(member.id)
    mails = {path: message_from_bytes(data, policy=policy.default) for path, data in files.items() if "mails/" in path}
    assert sorted(mail["Subject"] for mail in mails.values()) == [f"For {NAME}", f"Your address, {NAME}"]
    listed = [row["file"] for row in json.loads(files["rapport.json"])["messages"] if row["file"]]
    assert sorted(mails) == sorted(listed)
    texts = "".join(mail.get_body(("plain",)).get_content() for mail in mails.values())  # type: ignore[attr-defined]
    assert "From ottersaurus on." in texts
    assert "/sign-in\r\n" in texts
    assert not any(secret.encode() in data for data in files.values())
    assert secret not in texts


def test_only_its_owner_gets_it_for_seven_days_and_no_mail_holds_it(
    app: Flask, browser: PageClient, member: Member, now: datetime
) -> None:
    archive.ask(member.id, now)
    archive.make(member.id, now)
    db.session.commit()
    got = browser.get("/me/privacy/export", buffered=True)
    assert got.headers["Content-Type"] == "application/zip"
    assert got.headers["Content-Disposition"].startswith("attachment; filename=")
    assert got.headers["Cache-Control"] == "no-store"
    assert int(got.headers["Content-Length"]) == len(got.data)
    assert zipfile.ZipFile(io.BytesIO(got.data)).testzip() is None

    stranger: Any = app.test_client()
    assert stranger.get("/me/privacy/export").status_code == 302
    jonas = factories.member()
    stranger.set_cookie("portal-member", sessions.start(jonas.id, "Safari", "-", now))
    db.session.commit()
    assert stranger.get("/me/privacy/export").status_code == 404

    row = of_member(member.id)
    assert row is not None
    row.built_at = row.asked_at = now - timedelta(days=7, minutes=1)
    db.session.commit()
    assert browser.get("/me/privacy/export").status_code == 404
    tasks.sweep(now)
    assert db.session.scalars(select(Archive.content)).all() == [None]
    assert "is deleted again" in browser.get("/me/privacy").text


def test_a_lost_task_is_asked_for_again(browser: PageClient, app: Flask, member: Member, now: datetime) -> None:
    browser.post("/me/privacy/export")
    app.extensions["huey"].flush()
    row = of_member(member.id)
    assert row is not None
    row.asked_at = now - timedelta(minutes=6)
    db.session.commit()
    tasks.sweep(now)
    task = app.extensions["huey"].dequeue()
    assert (task.name, task.args) == (archive.TASK, (member.id,))
