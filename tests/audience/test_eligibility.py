"""Who may be written to: the database, the plain twin and the check at the claim give the same named reason (P2, P4)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, select

from portal.audience.actions import consent, eligibility
from portal.audience.models import ASKED, PURPOSES, SUPPRESSIONS, Suppression
from portal.audience.queries import may_write, parse, recipients, refusal
from portal.audience.queries.wording import CURRENT
from portal.db import db
from portal.mail.models import STATES, Delivery, Mailing
from portal.members.models import Member
from tests import factories
from tests.audience.conftest import World
from tests.audience.people import NOW

WINDOW = timedelta(days=30)
AGES = [
    timedelta(0),
    timedelta(days=1),
    *(WINDOW + timedelta(seconds=s) for s in (-1, 0, 55, 56, 57)),
    timedelta(days=90),
]
"""How long ago a slot was taken: the window begins at the whole minute, 56 seconds before NOW's."""
PAUSES = [None, NOW.replace(second=0), NOW.replace(second=0) + timedelta(minutes=1), NOW + timedelta(days=9)]


@dataclass(frozen=True)
class Case:
    """A member, with all that bears on whether they may be written to.

    `used`: by the number of a slot, how long ago it was taken. `alerts`: the states that job alerts to them are in.
    """

    confirmed: bool
    given: frozenset[str]
    withdrawn: frozenset[str]
    suppressed: frozenset[str]
    used: Mapping[int, timedelta]
    alerts: Sequence[str]
    paused_until: datetime | None
    mails_per_month: int

    def add(self, mailings: dict[str, list[Mailing]]) -> Member:
        """Their rows. A withdrawn purpose may have been given again."""
        member = factories.member(
            confirmed_at=factories.LONG_AGO if self.confirmed else None, mails_per_month=self.mails_per_month
        )
        member.paused_until = self.paused_until
        for purpose in self.withdrawn:
            factories.consent(member=member, purpose=purpose, withdrawn_at=factories.LONG_AGO)
        for purpose in self.given:
            factories.consent(member=member, purpose=purpose)
        for reason in self.suppressed:
            factories.suppression(member=member, address=f"{reason}-{member.address}", reason=reason)
        for number, state in enumerate(self.alerts):
            factories.delivery(member=member, mailing=mailings["job_alerts"][number], state=state)
        for number, age in self.used.items():
            sent = factories.delivery(member=member, mailing=mailings["check_ins"][number], state="accepted")
            factories.slot(delivery=sent, number=number, taken_at=NOW - age)
        return member

    def may(self, purpose: str) -> bool:
        """Whether the promises let us write, worked out from them and not from the code."""
        if purpose == "account":
            return "bounced" not in self.suppressed
        if purpose == "applications":
            return self.confirmed and not self.suppressed & {"bounced", "do_not_write"}
        paused = self.paused_until is not None and self.paused_until > NOW
        if not self.confirmed or self.suppressed or purpose not in self.given or (paused and purpose != "check_ins"):
            return False
        taken = sum(NOW - age > NOW.replace(second=0) - WINDOW for age in self.used.values())
        alerts_go = "job_alerts" in self.given and not paused
        first = sum(state in {"queued", "deferred"} for state in self.alerts) if alerts_go else 0
        return taken + (0 if purpose == "job_alerts" else first) < self.mails_per_month


def subsets(values: Sequence[str]) -> st.SearchStrategy[frozenset[str]]:
    return st.frozensets(st.sampled_from(values))


cases = st.builds(
    Case,
    confirmed=st.sampled_from([True, True, True, False]),
    given=subsets(ASKED) | st.just(frozenset(ASKED)),
    withdrawn=subsets(ASKED),
    suppressed=st.just(frozenset()) | subsets(SUPPRESSIONS),
    used=st.dictionaries(st.integers(0, 3), st.sampled_from(AGES), max_size=4),
    alerts=st.lists(st.sampled_from(["queued", "deferred", *STATES]), max_size=3),
    paused_until=st.sampled_from(PAUSES),
    mails_per_month=st.integers(1, 3),
)


@pytest.fixture
def mailings(world: World) -> dict[str, list[Mailing]]:
    """Earlier mailings of each purpose, and one more for what is about to be sent."""
    made = {purpose: [factories.mailing(purpose=purpose) for _ in range(5)] for purpose in PURPOSES}
    db.session.commit()
    return made


def chosen(purpose: str, now: datetime = NOW) -> dict[int, str | None]:
    """Everybody whom a segment of all selects, with the reason."""
    return {row.member_id: row.reason for row in db.session.execute(recipients(parse({"all": []}), purpose, now))}


def refused(ids: Sequence[int], now: datetime = NOW) -> dict[int, str | None]:
    """The reason at the claim, by delivery."""
    rows = select(Delivery.id, refusal(now).label("reason")).where(Delivery.id.in_(ids))
    return {row.id: row.reason for row in db.session.execute(rows)}


@pytest.mark.parametrize("examples", [40, pytest.param(400, marks=pytest.mark.long)])
def test_three_ways_to_ask_give_one_answer(world: World, mailings: dict[str, list[Mailing]], examples: int) -> None:
    @settings(max_examples=examples, deadline=None, suppress_health_check=list(HealthCheck))
    @given(
        crowd=st.lists(cases, min_size=1, max_size=3), purpose=st.sampled_from(PURPOSES), state=st.sampled_from(STATES)
    )
    def agree(crowd: list[Case], purpose: str, state: str) -> None:
        try:
            members = {case.add(mailings): case for case in crowd}
            plain = {member.id: may_write(member, purpose, NOW) for member in members}
            for member, case in members.items():
                assert (plain[member.id] is None) == case.may(purpose), (case, plain[member.id])
            confirmed = {member.id for member, case in members.items() if case.confirmed}
            assert chosen(purpose) == {id: reason for id, reason in plain.items() if id in confirmed}
            about_to_go = {
                factories.delivery(member=member, mailing=mailings[purpose][4], state=state, first_at=NOW).id: member.id
                for member in members
            }
            assert refused(list(about_to_go)) == {id: plain[about_to_go[id]] for id in about_to_go}
        finally:
            db.session.rollback()

    agree()


def everything_against() -> Member:
    """Not confirmed, suppressed, no consent, paused, and over budget."""
    member = factories.member(confirmed_at=None, mails_per_month=1)
    factories.suppression(member=member, reason="bounced")
    factories.slot(delivery=factories.delivery(member=member, state="accepted"), taken_at=NOW)
    member.paused_until = NOW + timedelta(days=1)
    db.session.flush()
    return member


def test_the_first_reason_that_holds_is_the_answer(world: World) -> None:
    """Taken away one by one, from the first to the last."""
    assert may_write(None, "newsletter", NOW) == "erased"
    member = everything_against()
    answers = [may_write(member, "newsletter", NOW)]
    member.confirmed_at = factories.LONG_AGO
    answers.append(may_write(member, "newsletter", NOW))
    db.session.execute(delete(Suppression))
    answers.append(may_write(member, "newsletter", NOW))
    factories.consent(member=member)
    answers.append(may_write(member, "newsletter", NOW))
    member.paused_until = NOW - timedelta(days=1)
    answers.append(may_write(member, "newsletter", NOW))
    member.mails_per_month = 2
    db.session.flush()
    eligibility.refresh([member.id])
    answers.append(may_write(member, "newsletter", NOW))
    assert answers == ["not_confirmed", "suppressed", "no_consent", "paused", "over_budget", None]
    assert chosen("newsletter") == {member.id: None}


def test_the_list_of_reasons_holds_for_every_way_to_ask(world: World) -> None:
    member = everything_against()
    delivery = factories.delivery(member=member)
    assert refused([delivery.id]) == {delivery.id: "not_confirmed"}
    member.confirmed_at = factories.LONG_AGO
    eligibility.refresh([member.id])
    assert refused([delivery.id]) == {delivery.id: "suppressed"}
    assert chosen("newsletter") == {member.id: "suppressed"}


@pytest.mark.parametrize("purpose", ASKED)
def test_nobody_is_written_to_without_a_living_consent_to_that_very_purpose(app: Flask, purpose: str) -> None:
    """P2."""
    never = factories.member()
    others = factories.member(agreed_to=[other for other in ASKED if other != purpose])
    withdrawn = factories.member()
    factories.consent(member=withdrawn, purpose=purpose, withdrawn_at=factories.LONG_AGO)
    again = factories.member()
    factories.consent(member=again, purpose=purpose, withdrawn_at=factories.LONG_AGO)
    factories.consent(member=again, purpose=purpose)
    expected = {never.id: "no_consent", others.id: "no_consent", withdrawn.id: "no_consent", again.id: None}
    assert chosen(purpose) == expected
    assert {m.id: may_write(m, purpose, NOW) for m in (never, others, withdrawn, again)} == expected
    mailing = factories.mailing(purpose=purpose)
    rows = {factories.delivery(member=m, mailing=mailing).id: m.id for m in (never, others, withdrawn, again)}
    assert refused(list(rows)) == {id: expected[rows[id]] for id in rows}


def test_agreeing_says_whether_it_was_recorded_and_counts_at_once(world: World) -> None:
    member = factories.member()
    assert [consent.give(member.id, "newsletter", CURRENT, "join", "", NOW) for _ in range(2)] == [True, False]
    assert may_write(member, "newsletter", NOW) is None
    assert consent.withdraw(member.id, "newsletter", "preferences", "", NOW)
    assert may_write(member, "newsletter", NOW) == "no_consent"


def test_a_purpose_that_we_do_not_know_reaches_nobody(app: Flask) -> None:
    member = factories.member(agreed_to=ASKED)
    delivery = factories.delivery(member=member, mailing=factories.mailing(purpose="spam"))
    assert may_write(member, "spam", NOW) == "no_consent"
    assert chosen("spam") == {member.id: "no_consent"}
    assert refused([delivery.id]) == {delivery.id: "no_consent"}


def test_an_erased_member_is_refused_at_the_claim(world: World) -> None:
    member = factories.member(agreed_to=["newsletter"])
    delivery = factories.delivery(member=member)
    nobody = factories.delivery(member=None, mailing=factories.mailing(purpose="account"))
    assert refused([delivery.id, nobody.id]) == {delivery.id: None, nobody.id: "erased"}


def test_a_mail_uses_up_no_budget_of_its_own(world: World) -> None:
    """Asked again in the middle of being sent, or sent once more, it is no reason against itself; a second one is."""
    member = factories.member(agreed_to=["newsletter"], mails_per_month=1)
    first = factories.delivery(member=member, state="sending", first_at=NOW)
    factories.slot(delivery=first, taken_at=NOW)
    second = factories.delivery(member=member)
    assert refused([first.id, second.id]) == {first.id: None, second.id: "over_budget"}


def test_thirty_days_later_there_is_room_again(world: World) -> None:
    member = factories.member(agreed_to=["newsletter"], mails_per_month=1)
    factories.slot(delivery=factories.delivery(member=member, state="unknown"), taken_at=NOW)
    for now, expected in [
        (NOW, "over_budget"),
        (NOW + WINDOW, "over_budget"),
        (NOW + WINDOW + timedelta(minutes=1), None),
    ]:
        assert may_write(member, "newsletter", now) == expected
        assert chosen("newsletter", now) == {member.id: expected}


def test_a_newsletter_leaves_the_slot_that_an_open_alert_needs(world: World) -> None:
    """P4: alerts go before newsletters. One that cannot go anyway keeps nothing back."""
    member = factories.member(agreed_to=["newsletter", "check_ins", "job_alerts"], mails_per_month=2)
    factories.slot(delivery=factories.delivery(member=member, state="accepted"), taken_at=NOW)
    alert = factories.delivery(member=member, mailing=factories.mailing(purpose="job_alerts"))
    others = [
        factories.delivery(member=member, mailing=factories.mailing(purpose=p)) for p in ("newsletter", "check_ins")
    ]
    expected = {other.id: "over_budget" for other in others}
    for state in ("queued", "deferred"):
        alert.state = state
        db.session.flush()
        assert refused([alert.id, *expected]) == expected | {alert.id: None}
    consent.withdraw(member.id, "job_alerts", "preferences", "", NOW)
    db.session.refresh(alert)
    alert.state, alert.reason = "queued", None
    db.session.flush()
    assert refused([alert.id, *expected]) == dict.fromkeys(expected) | {alert.id: "no_consent"}
