"""Whose time is over is asked twice and then erased; whoever does something before stays. The clock is an argument."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, update

from portal.audience.queries import refusal
from portal.db import db
from portal.mail.models import Delivery, Mailing
from portal.members import tasks
from portal.members.actions import contact, renewals
from portal.members.models import Member, Renewal, RetentionRule
from portal.members.queries.retention import keeping
from tests import factories
from tests.members.helpers import mails

BEGUN = datetime(2026, 1, 31, 10, tzinfo=UTC)
END = datetime(2027, 1, 31, 10, tzinfo=UTC)
DAY, HOUR = timedelta(days=1), timedelta(hours=1)


@pytest.fixture(autouse=True)
def rules(request: pytest.FixtureRequest) -> None:
    request.getfixturevalue("each_app" if "each_app" in request.fixturenames else "app")
    rule("default")


def rule(country: str, *, member_months: int = 12, renewed_by: str = "contact") -> None:
    row = RetentionRule(
        country=country, member_months=member_months, application=6, application_unit="months", renewed_by=renewed_by
    )
    db.session.add(row)
    db.session.commit()


def someone(**more: Any) -> Member:
    found = factories.member(confirmed_at=BEGUN - 3 * DAY)
    for name, value in ({"contact_at": BEGUN} | more).items():
        setattr(found, name, value)
    db.session.commit()
    return found


@pytest.fixture(autouse=True)
def _once_a_day(monkeypatch: pytest.MonkeyPatch) -> None:
    """So that months do not take long. What counts as a gap grows with it."""
    monkeypatch.setattr(renewals, "GAP", 30 * HOUR)


def days(first: datetime, last: datetime, step: timedelta = DAY) -> Iterator[datetime]:
    """When the worker looks."""
    while first < last:
        yield first
        first += step


def run(first: datetime, last: datetime, became: str = "accepted", **more: Any) -> None:
    """Let the worker look, and every mail become this right after."""
    for now in days(first, last):
        tasks.retention(now)
        waiting = update(Delivery).where(Delivery.state == "queued")
        db.session.execute(waiting.values(state=became, first_at=now, ended_at=now, **more))
        db.session.commit()


def asked() -> list[tuple[str, datetime]]:
    rows = select(Mailing.kind, Mailing.created_at).where(Mailing.kind.startswith("renewal")).order_by(Mailing.id)
    return [(kind.removeprefix("renewal_"), at) for kind, at in db.session.execute(rows)]


def left() -> int:
    db.session.expire_all()
    return len(db.session.scalars(select(Member.id)).all())


def test_two_mails_and_then_it_is_over() -> None:
    someone()
    run(END - 40 * DAY, END - 30 * DAY)
    assert asked() == []
    run(END - 30 * DAY, END - 29 * DAY)
    assert asked() == [("first", END - 30 * DAY)]
    run(END - 29 * DAY, END + DAY)
    assert asked() == [("first", END - 30 * DAY), ("last", END - 7 * DAY)]
    assert left() == 1
    tasks.retention(END + DAY)
    assert left() == 0
    assert db.session.scalars(select(Renewal)).all() == []


@pytest.mark.parametrize("days_before", [29, 6])
def test_a_contact_settles_it_for_as_long_again(days_before: int) -> None:
    member = someone()
    moment = END - days_before * DAY
    run(END - 31 * DAY, moment)
    contact.touch(member.id, moment)
    db.session.commit()
    before = asked()
    run(moment, moment + 8 * DAY)
    run(moment + 333 * DAY, moment + 335 * DAY)
    assert asked() == before
    run(moment + 335 * DAY, moment + 366 * DAY)
    assert (len(asked()), left()) == (len(before) + 2, 1)
    run(moment + 366 * DAY, moment + 367 * DAY)
    assert left() == 0


def test_where_a_yes_is_needed_a_contact_is_none() -> None:
    rule("NL", renewed_by="person")
    member = someone(lives_in="NL", confirmed_at=BEGUN)
    run(END - 31 * DAY, END - 20 * DAY)
    contact.touch(member.id, END - 20 * DAY)
    db.session.commit()
    found = keeping(member)
    assert found
    assert (found.asked, found.until) == (True, END)
    contact.keep(member.id, END - 10 * DAY)
    db.session.commit()
    db.session.expire_all()
    found = keeping(member)
    assert found
    assert (found.asked, found.until) == (False, datetime(2028, 1, 21, 10, tzinfo=UTC))
    run(END - 10 * DAY, END + 20 * DAY)
    assert [which for which, _ in asked()] == ["first"]
    run(END + 325 * DAY, END + 325 * DAY + 31 * DAY)
    assert (len(asked()), left()) == (3, 1)


def test_without_a_contact_the_time_begins_with_joining() -> None:
    someone(contact_at=None, confirmed_at=BEGUN)
    run(END - 31 * DAY, END + DAY)
    assert (len(asked()), left()) == (2, 1)
    tasks.retention(END + DAY)
    assert left() == 0


def test_each_country_has_its_rule_and_the_others_the_default() -> None:
    rule("FR", member_months=24)
    someone(lives_in="FR")
    others = [someone(lives_in="DE"), someone(lives_in=None)]
    run(END - 31 * DAY, END - 29 * DAY)
    assert set(db.session.scalars(select(Renewal.member_id))) == {other.id for other in others}


def test_without_rules_nobodys_time_ends(app: Flask) -> None:
    db.session.query(RetentionRule).delete()
    someone()
    run(END - 30 * DAY, END - 28 * DAY)
    assert asked() == []


def test_who_never_confirmed_is_not_asked() -> None:
    someone(confirmed_at=None)
    run(END - 30 * DAY, END - 28 * DAY)
    assert asked() == []


def test_a_worker_that_was_off_for_long_still_gives_everybody_their_days() -> None:
    someone()
    late = END + 100 * DAY
    run(late, late + 23 * DAY)
    assert [which for which, _ in asked()] == ["first"]
    run(late + 23 * DAY, late + 31 * DAY)
    assert [(which, at - late) for which, at in asked()] == [("first", 0 * DAY), ("last", 23 * DAY)]
    assert left() == 1
    run(late + 31 * DAY, late + 32 * DAY)
    assert left() == 0


def test_the_days_are_counted_from_when_a_mail_really_went() -> None:
    someone()
    for now in days(END - 30 * DAY, END + 20 * DAY, 10 * DAY):  # no mail server for seven weeks
        tasks.retention(now)
    assert [which for which, _ in asked()] == ["first"]
    run(END + 20 * DAY, END + 43 * DAY)
    assert [which for which, _ in asked()] == ["first"]
    run(END + 43 * DAY, END + 50 * DAY)
    assert ([which for which, _ in asked()], left()) == (["first", "last"], 1)
    run(END + 50 * DAY, END + 52 * DAY)
    assert left() == 0


@pytest.mark.parametrize("became", ["failed", "unknown", "skipped"])
def test_a_mail_that_came_to_nothing_is_none(became: str) -> None:
    """A relay that refuses everything must not end in everybody being erased."""
    someone()
    more = {"reason": "cancelled"} if became == "skipped" else {}
    run(END - 30 * DAY, END - 10 * DAY, became, **more)
    for now in days(END - 10 * DAY, END + 70 * DAY, 20 * DAY):
        run(now, now + HOUR, became, **more)
    assert left() == 1
    assert {which for which, _ in asked()} == {"first"}
    apart = [later - earlier for (_, earlier), (_, later) in pairwise(asked())]
    assert apart
    assert min(apart) > 7 * DAY


@pytest.mark.parametrize("became", ["queued", "failed", "unknown"])
def test_nobody_is_erased_who_had_only_the_first_mail(became: str) -> None:
    someone()
    run(END - 30 * DAY, END - 7 * DAY)
    run(END - 7 * DAY, END + 10 * DAY, became)
    assert ({which for which, _ in asked()}, left()) == ({"first", "last"}, 1)


@pytest.mark.parametrize(("became", "reason"), [("bounced", None), ("skipped", "suppressed"), ("complained", None)])
def test_where_no_mail_arrives_the_time_is_the_same(became: str, reason: str | None) -> None:
    someone()
    run(END - 30 * DAY, END + DAY, became, reason=reason)
    assert left() == 1
    run(END + DAY, END + 2 * DAY, became, reason=reason)
    assert left() == 0


def test_a_dead_address_is_known_by_the_outbox_too(now: datetime) -> None:
    factories.suppression(member=someone(), reason="bounced")
    tasks.retention(END - 30 * DAY)
    assert db.session.scalars(select(refusal(now)).select_from(Delivery)).all() == ["suppressed"]


def test_after_a_gap_the_last_mail_is_sent_once_more() -> None:
    """An older backup was put back: somebody may have said yes in what is lost."""
    someone()
    run(END - 31 * DAY, END - 3 * DAY)
    run(END + 3 * DAY, END + 10 * DAY)
    assert [(which, at - END) for which, at in asked()][1:] == [("last", -7 * DAY), ("last", 4 * DAY)]
    assert left() == 1
    run(END + 10 * DAY, END + 13 * DAY)
    assert left() == 0


def test_one_jump_of_the_clock_erases_nobody() -> None:
    """Neither there nor back."""
    someone()
    run(BEGUN, BEGUN + DAY)
    run(END + 1000 * DAY, END + 1001 * DAY)
    run(BEGUN + DAY, BEGUN + 20 * DAY)
    assert left() == 1
    assert [which for which, _ in asked()] == ["first"]


def test_a_rule_that_became_longer_holds_at_once() -> None:
    someone()
    run(END - 31 * DAY, END - 5 * DAY)
    db.session.execute(update(RetentionRule).values(member_months=24))
    run(END - 5 * DAY, END + 5 * DAY)
    assert (len(asked()), left()) == (2, 1)
    run(END + 334 * DAY, END + 360 * DAY)
    assert ([which for which, _ in asked()], left()) == (["first", "last"] * 2, 1)


def test_a_look_erases_some_at_most_and_asks_some_at_most(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(renewals, "ERASED_AT_ONCE", 2)
    monkeypatch.setattr(renewals, "ASKED_AT_ONCE", 3)
    for _ in range(5):
        someone()
    tasks.retention(END - 30 * DAY)
    assert len(db.session.scalars(select(Delivery.id)).all()) == 3
    run(END - 30 * DAY + HOUR, END + 2 * DAY)
    found = []
    for now in days(END + 2 * DAY, END + 4 * DAY, HOUR):
        tasks.retention(now)
        found.append(left())
    assert found[-1] == 0
    assert all(before - after <= 2 for before, after in pairwise(found))


def test_who_comes_back_between_two_looks_stays(app: Flask) -> None:
    member = someone()
    run(END - 31 * DAY, END + DAY)
    found = list(renewals.silent(END + 2 * DAY, BEGUN))
    assert found == [member.id]
    contact.touch(member.id, END + 2 * DAY)
    db.session.commit()
    assert not renewals.end(member.id, END + 2 * DAY)
    assert left() == 1


def test_the_mail_says_until_when_in_ones_language_and_zone() -> None:
    someone(time_zone="Pacific/Auckland")
    someone(language="de")
    tasks.retention(END - 30 * DAY)
    (first, second) = mails()
    assert "31 January 2027" in first.text
    assert first.path.startswith("/keep/")
    assert "31. Januar 2027" in second.text
    for mail in (first, second):
        assert "!" not in mail.subject + mail.text
        assert "/unsubscribe/" not in mail.text


def test_two_workers_ask_once(each_app: Flask) -> None:
    for _ in range(20):
        someone()
    db.session.remove()

    def work(_: int) -> None:
        with each_app.app_context():
            tasks.retention(END - 30 * DAY)

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(work, range(4)))
    assert len(db.session.scalars(select(Delivery.id)).all()) == 20


def test_two_workers_that_ask_at_the_same_moment_ask_once(each_app: Flask) -> None:
    """Even if the hour did not hold them apart."""
    for _ in range(20):
        someone()
    db.session.remove()

    def work(_: int) -> None:
        with each_app.app_context():
            renewals.ask(END - 30 * DAY)
            db.session.commit()

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(work, range(4)))
    assert len(db.session.scalars(select(Delivery.id)).all()) == 20
    db.session.execute(update(Delivery).values(state="accepted", ended_at=END - 30 * DAY))
    db.session.commit()
    db.session.remove()

    def again(_: int) -> None:
        with each_app.app_context():
            renewals.ask(END - 7 * DAY)
            db.session.commit()

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(again, range(4)))
    assert len(db.session.scalars(select(Delivery.id)).all()) == 40
