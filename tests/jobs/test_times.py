"""Openings move on by their times: in SQL as in Python, in the worker as by the demo's clock."""

from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, insert, select, update

from portal import content
from portal.db import db
from portal.jobs import tasks
from portal.jobs.actions import times
from portal.jobs.models import STATES, Posting
from tests import factories

NOW = datetime(2026, 3, 10, 9, tzinfo=UTC)
HOURS = st.one_of(st.none(), st.integers(-3, 3))


def at(hours: int | None) -> datetime | None:
    return None if hours is None else NOW + timedelta(hours=hours)


def stamp() -> int:
    return db.session.scalars(select(content.ContentStamp.version)).one()


def states() -> list[str]:
    return list(db.session.scalars(select(Posting.state).order_by(Posting.id)))


def test_each_comes_to_the_state_that_its_times_say(each_app: Flask) -> None:
    """Whatever state it was in, and whatever times it has: 2,000 openings in a few goes."""
    model = factories.posting()
    db.session.commit()
    blank = {c.key: getattr(model, c.key) for c in Posting.__table__.c if c.key != "id"}
    row = st.tuples(st.sampled_from(STATES), HOURS, st.integers(0, 3), HOURS, HOURS)

    @settings(max_examples=10, deadline=None, suppress_health_check=list(HealthCheck))
    @given(st.lists(row, min_size=200, max_size=200))
    def holds(drawn: list[tuple[str, int | None, int, int | None, int | None]]) -> None:
        db.session.execute(delete(Posting))
        rows = [
            {**blank, "slug": f"one-{n}", "state": state, "publish_at": at(publish), "closes_at": at(closes),
             "opens_at": None if publish is None else at(publish + early), "closed_at": at(closed)}
            for n, (state, publish, early, closes, closed) in enumerate(drawn)
        ]  # fmt: skip
        db.session.execute(insert(Posting), rows)
        before = states()
        moved = times.advance(NOW)
        db.session.expire_all()
        postings = db.session.scalars(select(Posting).order_by(Posting.id)).all()
        assert [one.state for one in postings] == [one.state_at(NOW) for one in postings]
        assert sum(moved.values()) == sum(a != b for a, b in zip(before, states(), strict=True))

    holds()


def test_one_goes_its_way_and_public_pages_come_anew_with_each_step(app: Flask) -> None:
    one = factories.posting(
        state="draft", publish_at=NOW, opens_at=NOW + timedelta(hours=72), closes_at=NOW + timedelta(days=10)
    )
    db.session.commit()
    seen = []
    for hours in (-1, 0, 71, 72, 73, 240, 241):
        version = stamp()
        tasks.sweep(NOW + timedelta(hours=hours))
        db.session.expire_all()
        seen.append((hours, one.state, stamp() > version))
    assert seen == [
        (-1, "draft", False), (0, "early", True), (71, "early", False), (72, "open", True), (73, "open", False),
        (240, "closed", True), (241, "closed", False),
    ]  # fmt: skip


@pytest.mark.parametrize("state", STATES)
def test_a_second_sweep_does_nothing(app: Flask, state: str) -> None:
    factories.posting(state=state)
    db.session.commit()
    tasks.sweep(NOW)
    version = stamp()
    tasks.sweep(NOW)
    assert (stamp(), states()) == (version, ["open"])


def test_opened_again_it_is_open(app: Flask) -> None:
    factories.posting(closed_at=NOW - timedelta(days=1), state="closed")
    db.session.commit()
    tasks.sweep(NOW)
    assert states() == ["closed"]
    db.session.execute(update(Posting).values(closed_at=None))
    db.session.commit()
    tasks.sweep(NOW)
    assert states() == ["open"]
