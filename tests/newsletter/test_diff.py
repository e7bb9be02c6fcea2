"""What the desk says before sending is what happens: every number is compared with the final states."""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import cast

import pytest
from flask import Flask
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from portal.audience.actions import eligibility, rhythm
from portal.audience.files import Segment
from portal.audience.models import SUPPRESSIONS
from portal.audience.queries import parse
from portal.audience.queries.diff import ALL, CAUSES, LATER, NOW, REACHED, REASON_OF, Diff, Sending, diff, people
from portal.db import db
from portal.mail import outbox, sending, stopping, waiting
from portal.mail.models import GOT, Delivery, Mailing
from portal.mail.outbox import Piece, Words
from portal.mail.transport import Outcome, Transport
from portal.members.models import Member
from portal.newsletter.actions import drafting
from portal.newsletter.actions.schedule import schedule
from portal.newsletter.models import Issue
from portal.newsletter.queries import mailing_ids
from portal.staff.models import House
from tests import factories

START = datetime(2026, 12, 1, 9, 30, tzinfo=UTC)
ROUND = timedelta(days=3)
"""Between two examples on the same database: no mail of one is still waiting in the next."""
HOURS = [(0, 24), (8, 18), (12, 13), (22, 6)]
_numbers = count()
SOURCE = "Hello.\n\n::: for work_mode=remote\nFrom afar.\n:::\n"


class Relay:
    """A mail server that takes everything."""

    def open(self) -> None:
        """Always there."""

    def send(self, _sender: str, _address: str, _data: bytes, wanted: Callable[[], bool]) -> Outcome:
        return Outcome("accepted", 250, "taken", "content")


@dataclass(frozen=True)
class Person:
    """Somebody, with all that bears on whether and when they get it. `agreed`: yes, took it back, or never. `used`: how
    many days ago mails of their budget came, far from its border. `before`: the state of an earlier mail about it."""

    agreed: str = "yes"
    suppressed: tuple[str, ...] = ()
    paused: bool = False
    hours: tuple[int, int] = (0, 24)
    used: tuple[int, ...] = ()
    most: int = 2
    before: str = ""
    staff: bool = False
    onsite: bool = False
    zone: str = "UTC"

    def add(self, interest: object, earlier: Mailing, now: datetime) -> Member:
        """Their rows."""
        address = f"diff{next(_numbers)}@example.org"
        if self.staff:
            factories.recruiter(address=address)
        member = factories.member(
            address=address, interests=[interest], mails_per_month=self.most, mail_opens=self.hours[0],  # type: ignore[list-item]
            mail_closes=self.hours[1], time_zone=self.zone, work_modes=["onsite"] if self.onsite else ["remote"],
            agreed_to=["newsletter"] if self.agreed == "yes" else ["check_ins"],
        )  # fmt: skip
        if self.agreed == "taken back":
            factories.consent(member=member, withdrawn_at=factories.LONG_AGO)
        for reason in self.suppressed:
            factories.suppression(member=member, address=f"{reason}-{address}", reason=reason)
        if self.paused:
            member.pause_until = (now + timedelta(days=9)).date()
        for number, days in enumerate(self.used):
            factories.slot(
                delivery=factories.delivery(member=member, state="accepted"), number=number,
                taken_at=now - timedelta(days=days),
            )  # fmt: skip
        if self.before:
            factories.delivery(member=member, mailing=earlier, state=self.before, not_before=now + timedelta(days=2))
        db.session.flush()
        rhythm.keep(member.id, now)
        eligibility.refresh([member.id])
        return member


crowds = st.lists(
    st.builds(
        Person,
        agreed=st.sampled_from(["yes", "yes", "yes", "taken back", "never"]),
        suppressed=st.just(()) | st.lists(st.sampled_from(SUPPRESSIONS), max_size=2, unique=True).map(tuple),
        paused=st.sampled_from([False, False, True]),
        hours=st.sampled_from(HOURS),
        used=st.lists(st.sampled_from([1, 10, 40]), max_size=3).map(tuple),
        most=st.integers(1, 3),
        before=st.sampled_from(["", "", "", "accepted", "queued", "skipped", "failed", "unknown"]),
        staff=st.booleans(),
        onsite=st.booleans(),
        zone=st.sampled_from(["UTC", "Europe/Berlin", "America/New_York"]),
    ),
    min_size=1,
    max_size=6,
)
EACH = [
    Person(), Person(hours=(12, 13)), Person(hours=(22, 6), zone="Europe/Berlin"), Person(agreed="never"),
    Person(agreed="taken back"), Person(suppressed=("bounced",)), Person(suppressed=("do_not_write", "complained")),
    Person(paused=True), Person(used=(1, 10)), Person(used=(1, 10), before="accepted"), Person(before="queued"),
    Person(before="skipped"), Person(staff=True, onsite=True), Person(suppressed=("erased",), onsite=True),
]  # fmt: skip
"""Everything once, so that nothing depends on chance."""


def send(issue_mailings: list[int], at: datetime) -> None:
    """What the worker does at a time."""
    for id in issue_mailings:
        sending.send(id, cast(Transport, Relay()), lambda: at)


def by_state(ids: list[int]) -> dict[int, tuple[str, str | None]]:
    db.session.expire_all()
    rows = select(Delivery.member_id, Delivery.state, Delivery.reason).where(Delivery.mailing_id.in_(ids))
    return {member: (state, reason) for member, state, reason in db.session.execute(rows)}


def everybody(seen: Sending, which: str) -> set[int]:
    return {id for id, _ in people(seen, which)}


def happens(crowd: list[Person], live: bool, now: datetime) -> None:
    """Preview, schedule, send until nothing waits; compare."""
    number = next(_numbers)
    db.session.get_one(House, 1).live_at = datetime(2026, 1, 1, tzinfo=UTC) if live else None
    interest = factories.interest(slug=f"diff-{number}")
    earlier = factories.mailing()
    earlier.about, earlier.segment = f"issue:diff-{number}", "another"
    for person in crowd:
        person.add(interest, earlier, now)
    issue = Issue(slug=f"diff-{number}", subject="S", preview="p", segment="some", source=SOURCE, digest=b"x")
    db.session.add(issue)
    db.session.flush()
    some = Segment("some", "Some", "Some.", parse({"interest": [interest.slug]}))
    seen = Sending(some.rule, "newsletter", now, f"issue:diff-{number}")
    draft = drafting.draft(issue, now)
    said = diff(seen, drafting.rules(draft))
    lists = {which: everybody(seen, which) for which in (ALL, REACHED, NOW, LATER, *CAUSES)}
    campaign = schedule(issue, some, now, now)
    ids = mailing_ids(campaign)
    db.session.commit()
    send(ids, now)
    at_once = by_state(ids)
    assert sum(state == "accepted" for state, _ in at_once.values()) == said.now
    assert {id for id, (state, _) in at_once.items() if state == "accepted"} == lists[NOW]
    assert {id for id, (state, _) in at_once.items() if state == "queued"} >= lists[LATER]
    for hour in range(1, 25):
        if waiting.due(now + timedelta(hours=hour)):
            send(ids, now + timedelta(hours=hour))
    compare(said, lists, by_state(ids), crowd)
    both = select(Delivery.member_id).where(Delivery.mailing_id.in_([*ids, earlier.id]), Delivery.state.in_(GOT))
    assert max(Counter(db.session.scalars(both)).values(), default=0) <= 1, "nobody gets the same twice"
    share = said.parts[[part.label is not None for part in draft.parts].index(True)]
    mask = select(Delivery.mask).where(Delivery.mailing_id.in_(ids), Delivery.state == "accepted")
    assert share.reached == sum(bool(one & 2) for one in db.session.scalars(mask))


def compare(
    said: Diff, lists: dict[str, set[int]], states: dict[int, tuple[str, str | None]], crowd: list[Person]
) -> None:
    assert said.match == len(crowd) == len(states) == said.now + said.waiting + sum(said.held.values())
    assert set(states) == lists[ALL]
    got = {id for id, (state, _) in states.items() if state == "accepted"}
    assert got == lists[REACHED] == lists[NOW] | lists[LATER]
    assert (len(lists[NOW]), len(lists[LATER]), len(got)) == (said.now, said.waiting, said.reaches)
    for cause in CAUSES:
        assert len(lists[cause]) == said.held.get(cause, 0)
        for id in lists[cause]:
            assert states[id] == ("skipped", REASON_OF.get(cause, cause)), cause
    assert {state for state, _ in states.values()} <= {"accepted", "skipped"}, "nothing waits any more"


@pytest.mark.parametrize("examples", [6, pytest.param(150, marks=pytest.mark.long)])
def test_what_is_said_before_is_what_happens(app: Flask, examples: int) -> None:
    times: Iterator[datetime] = (START + n * ROUND for n in count())

    @settings(max_examples=examples, deadline=None, suppress_health_check=list(HealthCheck))
    @given(crowd=crowds, live=st.sampled_from([True, True, False]))
    @example(crowd=EACH, live=True)
    @example(crowd=EACH, live=False)
    def same(crowd: list[Person], live: bool) -> None:
        happens(crowd, live, next(times))

    same()


def test_the_same_on_each_database(each_app: Flask) -> None:
    happens(EACH, True, START)
    happens(EACH, False, START + ROUND)


def test_a_mail_that_waits_elsewhere_goes_out_once_and_if_cancelled_the_next_may(app: Flask, now: datetime) -> None:
    """Overlapping segments: who is in both has a row in each, and gets one."""
    first, second = two(now)
    assert by_state([second])[1] == ("skipped", "already")
    assert by_state([second])[2] == ("accepted", None)
    assert by_state([first])[1] == ("queued", None)


def test_who_lost_the_first_by_its_being_cancelled_gets_the_second(app: Flask, now: datetime) -> None:
    first, second = two(now, cancelled=True)
    assert by_state([first])[1] == ("skipped", "cancelled")
    assert by_state([second]) == {1: ("accepted", None), 2: ("accepted", None)}


def two(now: datetime, cancelled: bool = False) -> tuple[int, int]:
    """A mailing to one, planned for tomorrow, and another about the same to two, now."""
    one, other = (factories.member(agreed_to=["newsletter"]) for _ in "ab")
    made = [
        outbox.freeze(
            Words("newsletter", "newsletter", "S", "p", [Piece("<p>x</p>", "x")], "Why.", about="issue:x"), now
        )
        for _ in "ab"
    ]
    for mailing, members, at in ((made[0], [one], now + timedelta(days=1)), (made[1], [one, other], now)):
        for member in members:
            factories.delivery(member=member, mailing=mailing, mask=1, not_before=at)
    if cancelled:
        stopping.cancel([made[0].id], now)
    db.session.commit()
    send([made[1].id], now)
    return made[0].id, made[1].id
