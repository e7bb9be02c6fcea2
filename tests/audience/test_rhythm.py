"""When mail may come: the database and plain Python say the same, and what is sent comes within a member's hours."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any, cast
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select, update

from portal.audience.actions import rhythm
from portal.audience.models import ASKED, PURPOSES, Rhythm
from portal.audience.queries import held_until, hold
from portal.db import db
from portal.mail import sending
from portal.mail.models import FREE, Delivery, Mailing
from portal.mail.transport import Outcome, Transport
from portal.members.models import Member
from tests import factories
from tests.audience import clocks
from tests.audience.conftest import World

NOW = datetime(2026, 11, 21, 12, 34, 56, tzinfo=UTC)
by_chance = settings(deadline=None, suppress_health_check=list(HealthCheck))


def somebody(zone: str, hours: tuple[int, int, int], pause: date | None, now: datetime, **more: Any) -> Member:
    """A member who set that at `now`."""
    opens, closes, weekdays = hours
    member = factories.member(
        time_zone=zone, mail_opens=opens, mail_closes=closes, weekdays=weekdays, agreed_to=ASKED, **more
    )
    member.pause_until = pause
    db.session.flush()
    rhythm.keep(member.id, now)
    db.session.refresh(member)
    return member


def held(ids: list[int], now: datetime) -> dict[int, datetime | None]:
    """Until when deliveries are held, by the database."""
    rows = select(Delivery.id, hold(now).label("until")).where(Delivery.id.in_(ids))
    return {row.id: row.until for row in db.session.execute(rows)}


@st.composite
def people(draw: st.DrawFn) -> tuple[str, tuple[int, int, int], date | None, datetime, timedelta]:
    """Zone, hours, pause, now, and how long ago they said so."""
    zone = draw(st.sampled_from(clocks.ZONES))
    now = draw(clocks.moments(zone))
    pause = draw(st.none() | st.integers(-2, 40).map(lambda days: now.date() + timedelta(days=days)))
    return zone, draw(clocks.hours), pause, now, draw(st.integers(0, 20 * 24 * 60).map(lambda n: timedelta(minutes=n)))


@pytest.fixture
def mailings(world: World) -> dict[str, Mailing]:
    made = {purpose: factories.mailing(purpose=purpose) for purpose in PURPOSES}
    db.session.commit()
    return made


@pytest.mark.parametrize("examples", [25, pytest.param(500, marks=pytest.mark.long)])
def test_the_database_and_its_twin_hold_until_the_same_time(
    world: World, mailings: dict[str, Mailing], examples: int
) -> None:
    @settings(by_chance, max_examples=examples)
    @given(people(), st.sampled_from(PURPOSES))
    def agree(person: tuple[str, tuple[int, int, int], date | None, datetime, timedelta], purpose: str) -> None:
        zone, hours, pause, now, ago = person
        try:
            member = somebody(zone, hours, pause, now - ago)
            row = factories.delivery(member=member, mailing=mailings[purpose])
            plain, stale = held_until(member, purpose, now), held([row.id], now)[row.id]
            assert stale is not None or plain is None, "times that nobody looked after let nothing through"
            rhythm.refresh(now)
            assert held([row.id], now) == {row.id: plain}
            assert plain is None or plain > now
            waits_for_the_pause = (
                purpose == "check_ins" and bool(pause) and pause > now.astimezone(ZoneInfo(zone)).date()
            )
            inside = clocks.within(zone, *hours, now)
            assert (plain is None) == (purpose in FREE or (inside and not waits_for_the_pause))
        finally:
            db.session.rollback()

    agree()


class Recorder:
    """A mail server that takes everything, and when it did. Asks right before the content, as the real one is slow."""

    def __init__(self) -> None:
        self.got: list[tuple[str, datetime]] = []
        self.now = NOW

    def open(self) -> None:
        """Always there."""

    def send(self, _sender: str, address: str, _data: bytes, wanted: Callable[[], bool]) -> Outcome:
        """Take it now."""
        self.got.append((address, self.now))
        return Outcome("accepted", 250, "ok", "content")


@pytest.mark.parametrize("examples", [15, pytest.param(120, marks=pytest.mark.long)])
def test_what_goes_out_comes_within_the_hours(world: World, examples: int) -> None:
    @settings(by_chance, max_examples=examples)
    @given(people(), st.lists(st.integers(5, 60 * 40), min_size=1, max_size=6), st.sampled_from(ASKED))
    def send(person: Any, pauses: list[int], purpose: str) -> None:
        zone, hours, _, now, ago = person
        member = somebody(zone, hours, None, now - ago)
        mailing = factories.mailing(purpose=purpose)
        row = factories.delivery(member=member, mailing=mailing, not_before=now)
        relay = Recorder()
        relay.now = now
        for minutes in pauses:
            sending.send(mailing.id, cast(Transport, relay), lambda: relay.now)
            relay.now += timedelta(minutes=minutes)
        assert len(relay.got) <= 1
        assert all(clocks.within(zone, *hours, at) for _, at in relay.got)
        db.session.refresh(row)
        assert row.state == ("accepted" if relay.got else "queued")
        if not relay.got:
            assert row.held_from == now
            assert clocks.within(zone, *hours, row.not_before)

    send()


def test_any_time_needs_no_row_and_the_same_hours_share_one(world: World) -> None:
    assert somebody("Asia/Kathmandu", (0, 24, 127), None, NOW).rhythm_id is None
    first, second, other = (somebody("UTC", hours, None, NOW) for hours in [(8, 18, 31), (8, 18, 31), (8, 17, 31)])
    assert first.rhythm_id == second.rhythm_id != other.rhythm_id
    assert db.session.scalar(select(func.count()).select_from(Rhythm)) == 2


def test_a_zone_that_is_not_known_is_refused_when_it_is_set(world: World) -> None:
    with pytest.raises(ZoneInfoNotFoundError):
        somebody("Europe/Atlantis", (8, 18, 31), None, NOW)


def test_a_zone_that_is_not_known_any_more_holds_its_own_mail_and_no_other(world: World) -> None:
    """A machine with an older list of zones: fail closed, and let the others go."""
    lost, found = (somebody("UTC", (opens, 18, 127), None, NOW) for opens in (8, 9))
    db.session.execute(update(Rhythm).filter_by(id=lost.rhythm_id).values(time_zone="Europe/Atlantis"))
    rows = {member: factories.delivery(member=member).id for member in (lost, found)}
    tomorrow = NOW + timedelta(days=1)
    rhythm.refresh(tomorrow)
    assert held(list(rows.values()), tomorrow) == {
        rows[lost]: tomorrow.replace(second=0) + timedelta(minutes=15),
        rows[found]: None,
    }


def test_what_is_held_is_looked_at_again_when_somebody_changes_their_hours(app: Flask) -> None:
    """Also when a pause ends early. What is planned for later stays so."""
    member = somebody("UTC", (8, 10, 127), date(2026, 12, 24), NOW)
    mailing = factories.mailing(purpose="check_ins")
    note = factories.delivery(member=member, mailing=mailing, not_before=NOW)
    planned = factories.delivery(member=member, not_before=NOW + timedelta(days=3))
    relay = Recorder()
    assert sending.send(mailing.id, cast(Transport, relay), lambda: NOW) == 0
    db.session.refresh(note)
    assert (note.state, note.held_from, note.not_before.isoformat()) == ("queued", NOW, "2026-12-24T00:00:00+00:00")
    member.pause_until, member.mail_closes = None, 24
    db.session.flush()
    rhythm.keep(member.id, NOW)
    db.session.commit()
    assert sending.send(mailing.id, cast(Transport, relay), lambda: NOW) == 1
    assert planned.not_before == NOW + timedelta(days=3)


def test_a_pause_by_kind(world: World, mailings: dict[str, Mailing]) -> None:
    """A newsletter and an alert are skipped by name, a note waits, the rest goes."""
    member = somebody("UTC", (0, 24, 127), date(2026, 12, 1), NOW)
    rows = {
        purpose: factories.delivery(member=member, mailing=mailings[purpose], not_before=NOW) for purpose in PURPOSES
    }
    relay = Recorder()
    for row in rows.values():
        sending.send(row.mailing_id, cast(Transport, relay), lambda: NOW)
        db.session.refresh(row)
    assert {purpose: (row.state, row.reason) for purpose, row in rows.items()} == {
        "account": ("accepted", None),
        "applications": ("accepted", None),
        "newsletter": ("skipped", "paused"),
        "job_alerts": ("skipped", "paused"),
        "check_ins": ("queued", None),
    }
    assert rows["check_ins"].not_before == datetime(2026, 12, 1, tzinfo=UTC)
