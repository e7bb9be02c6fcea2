"""Download → erase → join again → bring the download back: the same preferences (issue 3)."""

from datetime import datetime
from typing import Any

from flask import Flask
from sqlalchemy import select

from portal.audience.actions import preferences, restoring
from portal.audience.models import Team
from portal.audience.queries.preferences import of, values
from portal.db import db
from portal.members.actions import archive
from portal.members.actions.erase import erase
from portal.members.models import Member
from portal.members.queries.archive import content, of_member
from tests import factories

WISHED: dict[str, Any] = {
    "interests": ["calibration", "statistics"],
    "skills": ["C++", "Quokkaweaving"],
    "work_modes": ["hybrid", "remote"],
    "places": ["lisbon"],
    "lives_in": "PT",
    "levels": ["lead", "senior"],
    "unwanted_teams": ["sales"],
    "hidden_teams": ["tools"],
    "hidden_people": "Balthazar Nonesuch\nWilhelmina",
    "career_stage": "looking",
    "available_from": "2027-03-01",
    "language": "de",
    "pay": [50000, "EUR", "year"],
    "next_wish": "To tame wombats.\nAt sea.",
    "channel": "phone",
    "phone": "+351 999 123 777",
    "phone_hours": [10, 16],
    "not_at_work": True,
    "mails_per_month": 2,
    "time_zone": "Europe/Lisbon",
    "mail_hours": [22, 6],
    "weekdays": ["fri", "mon"],
    "pause_until": "2031-03-01",
}


def test_the_same_preferences_come_back(each_app: Flask, now: datetime) -> None:
    for slug in ("calibration", "statistics", "other"):
        factories.interest(slug=slug)
    factories.place(slug="lisbon")
    db.session.add_all(Team(slug=slug, name=slug, position=1) for slug in ("sales", "tools"))
    member = factories.member(address="zsofia@needles.example", agreed_to=["newsletter"])
    preferences.save(member, WISHED, "", "-", now)
    before = values(of(member))
    assert {name: before[name] for name in WISHED} == WISHED, "the test forgot nothing"
    assert set(before) - set(WISHED) == {"newsletter", "job_alerts", "check_ins"}

    archive.ask(member.id, now)
    archive.make(member.id, now)
    db.session.commit()
    row = of_member(member.id)
    assert row is not None
    data = b"".join(content(member.id, row.size or 0))
    erase(member, "you", now)
    db.session.commit()
    assert db.session.scalars(select(Member)).all() == []

    again = factories.member(address="zsofia@needles.example")
    found = restoring.read(data)
    done = restoring.restore(again, found, "-", now)
    db.session.commit()
    assert (done.lost, done.purposes) == ([], ["newsletter"])
    after = values(of(db.session.get_one(Member, again.id)))
    assert after == before | {"newsletter": False}, "an agreement is given anew, never brought"
