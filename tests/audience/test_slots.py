"""A mail that counts takes a slot with its claim, and gives it back when it came to nothing (P4)."""

from datetime import UTC, datetime, timedelta
from typing import cast

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, select

from portal.audience import tasks
from portal.audience.actions import slots
from portal.audience.models import ASKED, Eligibility, Slot
from portal.db import db
from portal.mail import sending, waiting
from portal.mail.models import COUNTED, FREE, Delivery, Mailing
from portal.mail.relay import RelayDown
from portal.mail.transport import Outcome, State, Transport
from portal.members.models import Member
from tests import factories
from tests.audience.conftest import World

NOW = datetime(2026, 11, 21, 12, 34, 56, tzinfo=UTC)
DAY = timedelta(days=1)
by_chance = settings(deadline=None, suppress_health_check=list(HealthCheck))


def numbers(member: Member) -> dict[int, datetime]:
    """The slots of a member, and when each was taken."""
    return dict(db.session.execute(select(Slot.number, Slot.taken_at).filter_by(member_id=member.id)).all())  # type: ignore[arg-type]


@pytest.mark.parametrize("examples", [25, pytest.param(500, marks=pytest.mark.long)])
def test_never_more_in_thirty_days_than_the_budget_at_the_time(world: World, examples: int) -> None:
    """Days go by, mails take slots or give them back, the budget is raised and lowered."""
    steps = st.lists(
        st.tuples(st.sampled_from(["take", "take", "take", "give", "budget"]), st.integers(0, 5), st.integers(0, 400)),
        max_size=40,
    )

    @settings(by_chance, max_examples=examples)
    @given(steps)
    def live(plan: list[tuple[str, int, int]]) -> None:
        try:
            member = factories.member(mails_per_month=2)
            now, taken = NOW, dict[int, datetime]()
            for what, number, hours in plan:
                now += timedelta(hours=hours)
                if what == "budget":
                    member.mails_per_month = number + 1
                    db.session.flush()
                elif what == "give" and taken:
                    back = sorted(taken)[number % len(taken)]
                    assert slots.give_back([back]) in {0, 1}, "its number may be another's by now"
                    del taken[back]
                elif what == "take":
                    one = factories.delivery(member=member)
                    used = [at for at in taken.values() if at > now.replace(second=0) - 30 * DAY]
                    assert slots.take(one.id, now) == (len(used) < member.mails_per_month)
                    if len(used) < member.mails_per_month:
                        taken[one.id] = now
        finally:
            db.session.rollback()

    live()


def test_the_lowest_free_number_is_taken(world: World) -> None:
    """Those above a lowered budget count while they are in use; one of thirty days ago is taken over."""
    member = factories.member(mails_per_month=3)
    old, first, high, new = (factories.delivery(member=member, state="accepted") for _ in range(4))
    factories.slot(delivery=old, number=1, taken_at=NOW - 30 * DAY - timedelta(minutes=1))
    factories.slot(delivery=first, number=0, taken_at=NOW - DAY)
    factories.slot(delivery=high, number=7, taken_at=NOW - DAY)
    assert slots.take(new.id, NOW)
    assert numbers(member) == {0: NOW - DAY, 1: NOW, 7: NOW - DAY}
    assert not slots.take(factories.delivery(member=member).id, NOW)


@pytest.mark.parametrize("days", [1, 40])
def test_what_is_sent_once_more_has_one_slot(world: World, days: int) -> None:
    member = factories.member(mails_per_month=1)
    delivery = factories.delivery(member=member)
    factories.slot(delivery=delivery, number=0, taken_at=NOW - days * DAY)
    assert slots.take(delivery.id, NOW)
    assert numbers(member) == {0: NOW}


class Relay:
    """A mail server that says of each mail what the test wants."""

    def __init__(self, state: State) -> None:
        self.state = state

    def open(self) -> None:
        """Always there."""

    def send(self, *_: object) -> Outcome:
        """What it says."""
        return Outcome(self.state, 250, "so it is", "content")


def send(delivery: Delivery, state: State, now: datetime = NOW) -> str:
    """Hand one mail over; the state in which it is then."""
    try:
        sending.send(delivery.mailing_id, cast(Transport, Relay(state)), lambda: now)
    except RelayDown:
        assert state == "relay_down"
    db.session.refresh(delivery)
    return delivery.state


@pytest.mark.parametrize("purpose", ["newsletter", "applications", "account"])
@pytest.mark.parametrize("state", ["accepted", "unknown", "deferred", "failed", "relay_down", "withdrawn"])
def test_what_keeps_its_slot_and_what_gives_it_back(app: Flask, state: State, purpose: str) -> None:
    member = factories.member(agreed_to=["newsletter"])
    delivery = factories.delivery(member=member, mailing=factories.mailing(purpose=purpose))
    after = send(delivery, state)
    counts = purpose not in FREE and after in COUNTED
    assert list(numbers(member)) == ([0] if counts else [])
    if purpose not in FREE:
        assert counts == (state in {"accepted", "unknown"})


def test_the_derived_row_knows_at_once_that_the_budget_is_spent(each_app: Flask) -> None:
    member = factories.member(agreed_to=["newsletter"], mails_per_month=1)
    first, again = factories.delivery(member=member), factories.delivery(member=member)
    spent = select(Eligibility.spent_at).filter_by(member_id=member.id)
    assert send(first, "deferred") == "deferred"
    assert db.session.scalar(spent) is None
    assert send(again, "accepted") == "accepted"
    assert db.session.scalar(spent) == NOW
    assert send(first, "accepted", NOW + timedelta(hours=1)) == "skipped"
    assert first.reason == "over_budget"


def test_an_alert_goes_where_a_newsletter_may_not(app: Flask) -> None:
    """The newsletter was there first, and is sent first here; the last slot is the alert's."""
    member = factories.member(agreed_to=ASKED, mails_per_month=1)
    letter = factories.delivery(member=member)
    alert = factories.delivery(member=member, mailing=factories.mailing(purpose="job_alerts"))
    assert (send(letter, "accepted"), letter.reason) == ("skipped", "over_budget")
    assert send(alert, "accepted") == "accepted"


def test_what_is_due_goes_in_the_order_of_purposes(app: Flask) -> None:
    order = ["newsletter", "check_ins", "job_alerts", "applications", "account"]
    mailings = {purpose: factories.mailing(purpose=purpose).id for purpose in order}
    for id in mailings.values():
        factories.delivery(member=factories.member(), mailing=db.session.get_one(Mailing, id))
    assert waiting.due(NOW) == [mailings[purpose] for purpose in reversed(order)]


def test_old_slots_go_in_the_end(app: Flask, now: datetime) -> None:
    member = factories.member()
    for number, days in enumerate((29, 31)):
        factories.slot(delivery=factories.delivery(member=member), number=number, taken_at=now - days * DAY)
    db.session.commit()
    tasks.sweep(now.replace(minute=tasks.SLOTS_AT))
    assert list(numbers(member)) == [0]


def test_who_was_erased_meanwhile_takes_none(world: World) -> None:
    member = factories.member()
    delivery = factories.delivery(member=member)
    db.session.execute(delete(Member).filter_by(id=member.id))
    assert not slots.take(delivery.id, NOW)
