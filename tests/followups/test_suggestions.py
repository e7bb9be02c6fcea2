"""Five people to write to: who, why, and who never."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from html import unescape
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import delete, select

from portal.audience.actions import eligibility
from portal.audience.models import Interest
from portal.db import db
from portal.followups import tasks
from portal.followups.models import Suggested, Suggestion
from portal.followups.queries.candidates import candidates
from portal.followups.queries.suggestions import monday, of
from portal.members.models import Member, Profile
from tests import factories
from tests.pages import PageClient

AtDesk = Callable[..., PageClient]
NOW = datetime(2026, 11, 25, 10, tzinfo=UTC)
WEEK = monday("UTC", NOW)


@pytest.fixture
def about(app: Flask) -> Interest:
    """An interest that something new is written about."""
    interest = factories.interest(slug="calibration", name="Calibration")
    factories.insight(
        slug="quiet", title="A quiet month", interests=[interest], published=(NOW - timedelta(days=5)).date()
    )
    return interest


def somebody(about: Interest, **values: Any) -> Member:
    return factories.member(**({"interests": [about], "agreed_to": ["check_ins"], "created_at": NOW} | values))


def chosen(now: datetime = NOW) -> dict[int, dict[str, Any]]:
    """Members by id with why, after the worker came round."""
    tasks.sweep(now)
    return {row.member_id: row.why for row in db.session.scalars(select(Suggestion).filter_by(week=monday("UTC", now)))}


def test_monday() -> None:
    assert monday("UTC", NOW).isoformat() == "2026-11-23"
    assert monday("Pacific/Auckland", datetime(2026, 11, 22, 12, tzinfo=UTC)).isoformat() == "2026-11-23"


def test_an_occasion_is_needed_and_told(about: Interest) -> None:
    tom, now = factories.recruiter(name="Tom Reed"), NOW
    new = somebody(about)
    nothing = somebody(about, interests=[])
    round_ = somebody(about, interests=[], confirmed_at=datetime(2024, 11, 27, 8, tzinfo=UTC))
    waits = somebody(about, interests=[])
    mailing = factories.mailing()
    factories.reply(delivery=factories.delivery(member=waits, mailing=mailing, state="accepted", first_at=NOW), at=NOW)
    factories.letter(member=new, recruiter=tom, sent_at=NOW - timedelta(days=200))
    db.session.commit()
    found = chosen()
    assert found == {
        new.id: {"insight": "quiet", "written": (NOW - timedelta(days=200)).date().isoformat()},
        round_.id: {"years": 2, "never": True},
        waits.id: {"reply": NOW.date().isoformat(), "never": True},
    }
    assert nothing.id not in found, "no filler"
    shown = {each.member.id: " ".join(each.why) for each in of(tom, now)}
    assert shown[new.id] == (
        "There is something new on what interests them: “A quiet month”. The last letter from here was on 9 May 2026."
    )
    assert "Joined 2 years ago this week." in shown[round_.id]
    assert "Asked for more by a button on 25 November 2026, and waits." in shown[waits.id]


def test_who_is_never_suggested(about: Interest) -> None:
    tom = factories.recruiter(name="Tom Reed")
    somebody(about, agreed_to=["newsletter"])
    factories.suppression(member=somebody(about))
    paused = somebody(about)
    paused.paused_until = NOW + timedelta(days=3)
    spent = somebody(about, mails_per_month=1)
    factories.slot(delivery=factories.delivery(member=spent, state="accepted", first_at=NOW), taken_at=NOW)
    written = somebody(about)
    factories.letter(member=written, recruiter=tom, sent_at=NOW - timedelta(days=59))
    again = somebody(about)
    factories.suggestion(member=again, recruiter=tom, week=WEEK - timedelta(days=21))
    hides = somebody(about)
    db.session.add(Profile(member_id=hides.id, hidden_people="Tom Reed"))
    fits = somebody(about)
    eligibility.refresh([paused.id, spent.id])
    db.session.commit()
    assert set(chosen()) == {fits.id}


def test_five_at_most_and_nobody_twice(about: Interest) -> None:
    one, two = factories.recruiter(), factories.recruiter(role="admin")
    factories.recruiter(role="author")
    factories.recruiter(role="manager")
    people = [somebody(about) for _ in range(8)]
    factories.note(member=people[-1], recruiter=two)
    db.session.commit()
    tasks.sweep(NOW)
    tasks.sweep(NOW + timedelta(minutes=1))
    rows = db.session.scalars(select(Suggestion)).all()
    by = {who.id: [row.member_id for row in rows if row.recruiter_id == who.id] for who in (one, two)}
    assert sorted(len(ids) for ids in by.values()) == [4, 4]
    assert len({row.member_id for row in rows}) == 8
    assert people[-1].id in by[two.id], "whom one knows already comes to oneself"
    tasks.sweep(NOW + timedelta(days=7))
    assert len(db.session.scalars(select(Suggestion)).all()) == 8, "four weeks of rest for each"


def test_the_same_whenever_it_is_made(about: Interest) -> None:
    factories.recruiter()
    for _ in range(9):
        somebody(about)
    db.session.commit()
    assert [each.member_id for each in candidates(WEEK, NOW)] == [each.member_id for each in candidates(WEEK, NOW)]
    first = set(chosen())
    db.session.execute(delete(Suggestion))
    db.session.execute(delete(Suggested))
    db.session.commit()
    assert set(chosen(NOW + timedelta(hours=9))) == first


def test_the_list_is_shown_and_shortened_by_a_click(app: Flask, at_desk: AtDesk, now: datetime) -> None:
    tom, other = factories.recruiter(name="Tom Reed"), factories.recruiter()
    member = factories.member(name="Mira", agreed_to=["check_ins"])
    row = factories.suggestion(member=member, recruiter=tom, week=monday("UTC", now))
    gone = factories.member(name="Undine")
    factories.suggestion(member=gone, recruiter=tom, week=monday("UTC", now))
    db.session.commit()
    client = at_desk(tom)
    for address in ("/desk", "/desk/members"):
        page = unescape(client.get(address).get_data(as_text=True))
        assert "One person to write to this week" in page, "who may not be written to any more is left out"
        assert "Write to Mira" in page
    assert at_desk(other).post(f"/desk/suggestions/{row.id}/dismiss").status_code == 404
    assert client.post(f"/desk/suggestions/{row.id}/dismiss", data={"back": "/desk"}).location == "/desk"
    assert "to write to this week" not in client.get("/desk").get_data(as_text=True)
