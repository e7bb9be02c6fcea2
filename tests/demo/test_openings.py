"""The demo's own opening: right by every check, early when the demo begins, and for somebody whose door is open."""

from datetime import datetime, timedelta

from flask import Flask

from portal import content
from portal.alerts.queries.counting import how_many
from portal.audience.models import Interest
from portal.config import settings
from portal.db import db
from portal.demo.actions.guests import guests
from portal.demo.actions.openings import publish_one
from portal.demo.actions.staff import take_seats
from portal.jobs.queries.wanted import by_slugs
from tests import factories


def test_members_hear_of_it_first(demo: Flask, now: datetime) -> None:
    take_seats(now)
    content.sync_all(settings().content_dir, now)
    mira = guests(now)[0]
    about = db.session.query(Interest).filter(Interest.slug.in_(mira.interests)).all()
    factories.member(
        agreed_to=["job_alerts"], interests=about, work_modes=mira.work_modes, lives_in=mira.habits.lives_in,
    )  # fmt: skip
    publish_one(now)
    [found] = by_slugs(["statistician-field-data"])
    assert found.state_at(now) == "early"
    assert found.state_at(now + timedelta(hours=72)) == "open"
    assert how_many(found, now) == 1
