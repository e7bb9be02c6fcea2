"""The invented people: the same each time, and of every kind that the product must cope with."""

from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select

from portal.audience.models import Consent, Eligibility, MemberInterest, MemberPlace, MemberSkill, Suppression
from portal.audience.queries import held_until
from portal.db import db
from portal.demo.actions.guests import SENTENCES, guests, open_doors
from portal.demo.actions.move_in import choices, come_by, keep_hours, move_in
from portal.demo.actions.people import Choices, Person, invent
from portal.languages import LANGUAGES
from portal.members import files
from portal.members.models import CAREER_STAGES, EVERY_DAY, WORK_MODES, Member
from portal.members.queries.retention import keeping
from tests import factories
from tests.audience.visitor import Visitor
from tests.pages import PageClient
from tests.running import ROOT

NOW = datetime(2026, 11, 21, 9, 30, tzinfo=UTC)
OFFERED = Choices(
    interests=[["data-engineering", "statistics"], ["embedded-software"], ["calibration", "metrology"]],
    places={"PT": ["lisbon", "porto"], "DE": ["leipzig"], "GB": ["leeds", "york"]},
)


def crowd(count: int = 1200) -> list[Person]:
    return invent(count, OFFERED, NOW)


def test_they_are_the_same_each_time() -> None:
    assert crowd(200) == crowd(200)
    assert invent(200, OFFERED, NOW, seed=1) != crowd(200)


def test_there_is_everybody() -> None:
    people = crowd()
    assert len({p.address for p in people}) == 1200
    assert {p.address.rpartition("@")[2] for p in people} == {"example.org", "example.net"}
    assert all(p.address.isascii() for p in people)
    assert any(not p.name.isascii() for p in people)
    assert {p.language for p in people} == set(LANGUAGES)
    assert {p.career_stage for p in people} == set(CAREER_STAGES)
    assert {mode for p in people for mode in p.work_modes} == set(WORK_MODES)
    assert 100 < sum(not p.work_modes for p in people) < 500
    assert {slug for p in people for slug in p.interests} == {s for group in OFFERED.interests for s in group}
    assert 50 < sum(not p.interests for p in people) < 200
    assert 100 < sum(not p.places for p in people) < 600
    assert {p.mails_per_month for p in people} == {1, 2, 4, 8}
    assert Counter(p.suppressed for p in people).keys() == {None, "bounced", "complained", "do_not_write"}


def test_they_joined_over_two_years_and_before_now() -> None:
    people = crowd()
    assert [p.created_at for p in people] == sorted(p.created_at for p in people)
    assert people[0].created_at < NOW - timedelta(days=600)
    assert all(p.created_at < (p.confirmed_at or NOW) < NOW for p in people if p.confirmed_at)
    late = [p for p in people if p.confirmed_at is None]
    assert late
    assert all(NOW - p.created_at < timedelta(days=7) and not p.agreed for p in late)


def test_some_agreed_and_some_took_it_back() -> None:
    agreed = [a for p in crowd() for a in p.agreed]
    assert {a.purpose for a in agreed} == {"newsletter", "job_alerts", "check_ins"}
    back = [a for a in agreed if a.withdrawn_at]
    assert 0.03 < len(back) / len(agreed) < 0.2
    assert {a.withdrawn_by for a in back} == {"one-click", "unsubscribe", "preferences"}
    assert all(a.withdrawn_at < NOW for a in back if a.withdrawn_at)


def test_they_move_in_with_all_they_have(app: Flask) -> None:
    for slug in ("data-engineering", "statistics", "embedded-software", "calibration", "metrology"):
        factories.interest(slug=slug)
    for slug in ("lisbon", "porto", "leipzig", "leeds", "york"):
        factories.place(slug=slug)
    people = [*crowd(300), *guests(NOW)]
    move_in(people)

    def count(table: type) -> int:
        return db.session.scalar(select(func.count()).select_from(table)) or 0

    assert count(Member) == len(people)
    assert count(Eligibility) == sum(p.confirmed_at is not None for p in people)
    assert count(MemberSkill) == sum(len(p.habits.skills) for p in people)
    assert count(Consent) == sum(len(p.agreed) for p in people)
    assert count(Suppression) == sum(p.suppressed is not None for p in people)
    assert count(MemberPlace) == sum(len(p.places) for p in people)
    offered = {s for group in choices().interests for s in group}
    assert count(MemberInterest) == sum(len(set(p.interests) & offered) for p in people)
    mira = db.session.scalars(select(Member).filter_by(address_key="mira.solberg@example.org")).one()
    assert mira.work_modes == {"remote"}


def test_nobodys_time_is_over_when_the_demo_begins(app: Flask) -> None:
    files.sync(ROOT / "content", NOW)
    move_in(crowd(300))
    come_by(NOW)
    db.session.expire_all()
    members = [member for member in db.session.scalars(select(Member)) if member.confirmed_at]
    ends = [kept.until for member in members if (kept := keeping(member))]
    assert len(ends) == len(members)
    assert min(ends) > NOW + timedelta(days=200)
    assert all(member.contact_at and member.contact_at <= NOW for member in members)


def test_they_keep_the_hours_they_set(app: Flask) -> None:
    people = crowd(300)
    move_in(people)
    assert db.session.scalar(select(func.count(Member.rhythm_id))) == 0
    keep_hours(NOW)
    db.session.expire_all()
    members = {member.address: member for member in db.session.scalars(select(Member))}
    for person in people:
        set_, member = person.habits, members[person.address]
        any_time = (set_.mail_opens, set_.mail_closes, set_.weekdays) == (0, 24, EVERY_DAY)
        assert (member.rhythm_id is None) == any_time, set_
        assert (member.paused_until is None) == (set_.pause_until is None)
        held = held_until(member, "newsletter", NOW)
        row = db.session.get(Eligibility, member.id)
        assert row is None or (row.rhythm_id, row.paused_until) == (member.rhythm_id, member.paused_until)
        assert (held is None) or not any_time
    assert {p.habits.lives_in for p in people} >= {"PT", "DE", "GB", None}
    assert 10 < sum(m.rhythm_id is not None for m in members.values()) < 120
    assert any(m.paused_until for m in members.values())


def test_nobody_moves_in_without_trouble(app: Flask) -> None:
    move_in([])
    assert db.session.scalar(select(func.count()).select_from(Member)) == 0


def test_each_of_the_three_has_a_link(demo: Flask, now: datetime) -> None:
    move_in(guests(now))
    doors = open_doors(now)
    assert [door.who for door in doors] == list(SENTENCES.values())
    assert all(door.url.startswith("http://127.0.0.1:8000/sign-in/") for door in doors)


def test_a_link_works_once_in_any_browser_and_has_no_end(demo: Flask, now: datetime) -> None:
    move_in(guests(now))
    path = open_doors(now - timedelta(days=400))[0].url.removeprefix("http://127.0.0.1:8000")
    db.session.commit()
    browser = Visitor(demo)
    assert browser.send(browser.form(path)).headers["Location"] == "/me"
    assert "mira.solberg@example.org" in browser.get("/me/account").text
    assert Visitor(demo).get(path).status_code == 410


def test_fresh_links_replace_unused_ones(demo: Flask, visitor: PageClient, now: datetime) -> None:
    move_in(guests(now))
    old = open_doors(now)[0].url.removeprefix("http://127.0.0.1:8000")
    open_doors(now)
    db.session.commit()
    assert visitor.get(old).status_code == 410


def test_outside_the_demo_nobody_makes_one(app: Flask, now: datetime) -> None:
    with pytest.raises(ValueError, match="Only a demo"):
        open_doors(now)


def test_outside_the_demo_such_a_link_opens_nothing(app: Flask) -> None:
    app.config["WTF_CSRF_ENABLED"] = False
    _, token = factories.account_link(member=factories.member(), purpose="demo")
    db.session.commit()
    browser = Visitor(app)
    assert browser.get(f"/sign-in/{token}").status_code == 410
    browser.post(f"/sign-in/{token}")
    assert browser.get("/me/account").headers["Location"].startswith("/sign-in")
