"""The demo's clock: it moves ahead by a button, wakes what falls due, and a look at it changes nothing."""

import re
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask

from portal import clock
from portal.db import db
from portal.demo.queries import in_words
from tests import factories
from tests.pages import MORE, PageClient


def press(visitor: PageClient, by: str) -> str:
    token = re.search(r'name="csrf_token"[^>]* value="([^"]+)"', visitor.get("/dev/clock").text)
    assert token
    fields = {"by": by, "csrf_token": token[1]}
    sweeps = {MORE: 60}  # it runs every sweep itself, which the worker does elsewhere
    return visitor.post("/dev/clock", data=fields, follow_redirects=True, environ_base=sweeps).text


def tasks(demo: Flask) -> list[str]:
    huey = demo.extensions["huey"]
    return [huey.dequeue().name for _ in range(huey.pending_count())]


@pytest.fixture
def letter(demo: Flask, now: datetime) -> int:
    """The id of a mailing to one person, due in three days."""
    ana = factories.member(agreed_to=["newsletter"])
    row = factories.delivery(member=ana, not_before=now + timedelta(days=3))
    db.session.commit()
    return row.mailing_id


def test_a_look_changes_nothing(visitor: PageClient, demo: Flask, letter: int, tmp_path: Path) -> None:
    assert "Nothing is due." in visitor.get("/dev/clock?by=week").text
    assert not (tmp_path / "clock").exists()
    assert tasks(demo) == []


def test_a_step_that_is_too_short_wakes_nothing(visitor: PageClient, demo: Flask, letter: int) -> None:
    page = press(visitor, "day")
    assert "1 day ahead of the real time" in page
    assert "Nothing was due." in page
    assert tasks(demo) == []


def test_a_step_over_it_wakes_the_worker(visitor: PageClient, demo: Flask, letter: int) -> None:
    page = press(visitor, "week")
    assert "One mail falls due now." in page
    assert "One mail is due and on the way out." in page
    assert tasks(demo) == ["mail.send"]


def test_an_opening_goes_on_with_the_clock(visitor: PageClient, demo: Flask, now: datetime) -> None:
    """Members first, then everybody, then nobody: on the pages at once, and in its state."""
    early = factories.posting(
        slug="early", title="Early", state="early", publish_at=now - timedelta(hours=2),
        opens_at=now + timedelta(hours=70), closes_at=now + timedelta(days=20),
    )  # fmt: skip
    db.session.commit()
    assert "Everybody can see “Early” from" in visitor.get("/dev/clock").text
    seen = []
    for by in ("none", "day", "week", "month"):
        page = press(visitor, by)
        db.session.expire_all()
        seen.append((early.state, visitor.get("/jobs/early").status_code, "“Early” closes on" in page))
    assert seen == [("early", 404, True), ("early", 404, True), ("open", 200, True), ("closed", 410, False)]


def test_running_what_is_due_leaves_the_clock_alone(visitor: PageClient, demo: Flask, letter: int) -> None:
    clock.move(timedelta(days=4))
    press(visitor, "none")
    assert clock.shift() == timedelta(days=4)
    assert tasks(demo) == ["mail.send"]


def test_steps_add_up(visitor: PageClient, demo: Flask) -> None:
    press(visitor, "hour")
    press(visitor, "month")
    assert clock.shift() == timedelta(days=30, hours=1)


@pytest.mark.parametrize("by", ["year", "", "-1"])
def test_there_are_no_other_steps(visitor: PageClient, demo: Flask, by: str) -> None:
    assert "did not arrive whole" in press(visitor, by)
    assert clock.shift() == timedelta()


def test_a_form_without_its_token_moves_nothing(visitor: PageClient, demo: Flask) -> None:
    assert visitor.post("/dev/clock", data={"by": "week"}).status_code == 400
    assert clock.shift() == timedelta()


def test_a_real_ones_clock_stands(client: PageClient, app: Flask, tmp_path: Path) -> None:
    app.config["WTF_CSRF_ENABLED"] = False
    assert client.post("/dev/clock", data={"by": "day"}).status_code == 404
    (tmp_path / "clock").write_text("86400")
    assert clock.shift() == timedelta()


@pytest.mark.parametrize(
    ("shift", "words"),
    [
        (timedelta(), ""),
        (timedelta(minutes=59), ""),
        (timedelta(hours=1), "1 hour"),
        (timedelta(days=1, hours=2, minutes=5), "1 day and 2 hours"),
    ],
)
def test_how_far_it_is_ahead(shift: timedelta, words: str) -> None:
    assert in_words(shift) == words
