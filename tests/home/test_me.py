"""A member's own page says what they get, and what to do next."""

from datetime import UTC, datetime
from pathlib import Path

from flask import Flask
from sqlalchemy import select

from portal import content
from portal.audience.models import Interest
from portal.db import db
from tests import factories
from tests.audience.visitor import signed_in
from tests.content import folders


def interest(slug: str) -> Interest:
    return db.session.scalars(select(Interest).filter_by(slug=slug)).one()


def main(page: str) -> str:
    return page.split("<main", 1)[1].split("</main", 1)[0]


def test_what_one_gets_is_said_in_words(app: Flask, folder: Path, now: datetime) -> None:
    folders.insight(folder, "baths", interests=["calibration"], members_only=True)
    folders.insight(folder, "rows", interests=["data-engineering"])
    content.sync_all(folder, now)
    mira = factories.member(
        name="Mira & Co",
        interests=[interest("calibration")],
        work_modes=["remote"],
        mails_per_month=2,
    )
    factories.consent(member=mira, purpose="newsletter", given_at=datetime(2026, 3, 4, tzinfo=UTC))
    page = signed_in(app, mira, now).get("/me")
    said = main(page.text)
    assert "<h1>Hello, Mira &amp; Co</h1>" in said
    assert "At most two mails a month, about Calibration, only remote." in said
    assert "You agreed on <time" in said
    assert "4 March 2026" in said
    assert said.count("Not now") == 2
    assert "<li>Calibration</li>" in said
    assert "Written about it" in said
    assert 'href="/me/insights/baths"' in said
    assert "/insights/rows" not in said
    for link in ("/me/preferences", "/me/openings", "/me/account"):
        assert f'href="{link}"' in said
    assert page.headers["Cache-Control"] == "no-store"
    assert 'action="/sign-out"' in page.text


def test_who_chose_nothing_is_told_what_to_do(app: Flask, folder: Path, now: datetime) -> None:
    said = main(signed_in(app, factories.member(name="Bo"), now).get("/me").text)
    assert "No mail at the moment, except what your account needs." in said
    assert "Say what we may write about" in said
    assert "You have not said yet" in said
    assert "Choose what interests you" in said
    assert "Nothing to read yet" in said
    assert "The last newsletter" not in said


def test_with_nothing_about_it_the_newest_is_shown(app: Flask, folder: Path, now: datetime) -> None:
    folders.insight(folder, "rows", interests=["data-engineering"])
    content.sync_all(folder, now)
    said = main(signed_in(app, factories.member(interests=[interest("calibration")]), now).get("/me").text)
    assert "Nothing is written yet about what you chose. This is what is newest." in said
    assert 'href="/insights/rows"' in said


def test_a_stranger_is_asked_to_sign_in(app: Flask) -> None:
    answer = app.test_client().get("/me")
    assert answer.status_code == 302
    assert answer.location in {"/sign-in?next=/me", "/sign-in?next=%2Fme"}
