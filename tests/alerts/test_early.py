"""Early openings: at once to all whom they are for, whatever their rhythm, within budget and hours; once, ever."""

from datetime import datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select

from portal.alerts import tasks
from portal.alerts.actions import composing, rounds
from portal.alerts.models import Announcement, Round
from portal.audience.actions import eligibility, rhythm
from portal.db import db
from portal.jobs.models import PostingCountry
from portal.mail import stopping
from portal.mail.models import Delivery, Mailing
from portal.members.actions import contact
from tests import factories
from tests.alerts import post
from tests.alerts.post import DAY, Smtp

MINUTE = timedelta(minutes=1)


def test_all_whom_it_is_for_hear_at_once_whatever_their_rhythm(app: Flask, smtp: Smtp, now: datetime) -> None:
    some = [post.member(now, every, now + 5 * DAY) for every in ("daily", "weekly", "at_once")]
    feed = post.member(now, "feed")
    onsite = post.member(now, "weekly", now + 5 * DAY, work_modes=["onsite"])
    post.early(now, title="Firmware engineer", slug="firmware")
    post.sweep(now)
    mails = post.send(smtp)
    assert [mail.to for mail in mails] == [member.address for member in some]
    assert {mail.subject for mail in mails} == {"Members first: Firmware engineer"}
    assert "Members first, until" in mails[0].text
    assert "/openings/" in mails[0].html
    assert "/jobs/firmware" not in mails[0].html + mails[0].text
    assert post.heard(feed) == post.heard(onsite) == set()
    assert db.session.scalars(select(Announcement.early)).all() == [True] * 3


def test_other_openings_go_at_once_to_those_who_want_that_only(app: Flask, smtp: Smtp, now: datetime) -> None:
    wants = post.member(now, "at_once", now + DAY)
    post.member(now, "daily", now + DAY)
    factories.posting(title="Designer", publish_at=now)
    post.sweep(now)
    [mail] = post.send(smtp)
    assert (mail.to, mail.subject) == (wants.address, "New opening for you: Designer")
    assert "Members first" not in mail.text


def test_several_of_one_minute_are_one_mail(app: Flask, smtp: Smtp, now: datetime) -> None:
    post.member(now, "weekly", now + DAY)
    post.early(now, title="One")
    post.early(now, title="Two")
    factories.posting(title="Open", publish_at=now)
    post.sweep(now)
    [mail] = post.send(smtp)
    assert mail.subject == "2 new openings for you: Two, One"
    assert "Open" not in mail.text


def test_once_ever_through_edits_and_reopening(each_app: Flask, now: datetime) -> None:
    member = post.member(now, "at_once", now + DAY)
    posting = post.early(now)
    post.sweep(now)
    posting.changed_at = now + MINUTE
    post.sweep(now + 2 * MINUTE)
    posting.closed_at = now + 3 * MINUTE
    post.sweep(now + 4 * MINUTE)
    posting.closed_at, posting.changed_at = None, now + 5 * MINUTE
    post.sweep(now + 6 * MINUTE)
    posting.opens_at = now + 7 * MINUTE
    post.sweep(now + 8 * MINUTE)
    post.again(member, now + 9 * MINUTE)
    post.sweep(now + 9 * MINUTE)
    assert len(post.deliveries(member)) == 1


def test_a_change_that_makes_it_be_for_others_tells_those(app: Flask, smtp: Smtp, now: datetime) -> None:
    """A board left unclear how it is done; somebody settles it."""
    anywhere, remote = post.member(now, "weekly", now + DAY), post.member(
        now, "weekly", now + DAY, work_modes=["remote"], lives_in="PT"
    )  # fmt: skip
    posting = post.early(now, work_modes=[], countries=[])
    post.sweep(now)
    assert [mail.to for mail in post.send(smtp)] == [anywhere.address]
    posting.work_modes, posting.changed_at = frozenset({"remote"}), now + MINUTE
    db.session.add(PostingCountry(posting_id=posting.id, country="PT"))
    post.sweep(now + 2 * MINUTE)
    assert [mail.to for mail in post.send(smtp, now + 2 * MINUTE)] == [remote.address]


def test_nobody_hears_before_it_says_what_it_pays(app: Flask, smtp: Smtp, now: datetime) -> None:
    post.member(now, "weekly", now + DAY)
    posting = post.early(now, pay=None)
    post.sweep(now)
    assert post.send(smtp) == []
    posting.pay_unsaid, posting.changed_at = "By the public scale.", now
    post.sweep(now)
    assert len(post.send(smtp)) == 1


def test_who_comes_to_fit_while_it_is_early_hears_too(app: Flask, smtp: Smtp, now: datetime) -> None:
    member = post.member(now, "weekly", now + DAY, work_modes=["onsite"])
    post.early(now)
    post.sweep(now)
    assert post.send(smtp) == []
    member.work_modes = frozenset()
    contact.touch(member.id, now + MINUTE)
    eligibility.refresh([member.id])
    post.sweep(now + MINUTE)
    [mail] = post.send(smtp, now + MINUTE)
    assert mail.to == member.address


def test_who_joins_while_it_is_early_hears_too(app: Flask, smtp: Smtp, now: datetime) -> None:
    post.early(now, title="Early")
    factories.posting(title="Open")
    post.sweep(now)
    factories.member(agreed_to=["job_alerts"])
    post.sweep(now + MINUTE)
    [mail] = post.send(smtp, now + MINUTE)
    assert mail.subject == "2 new openings for you: Early, Open"


def test_quiet_hours_and_budget_hold(app: Flask, smtp: Smtp, now: datetime) -> None:
    """P4 and the hours: the outbox sees to both."""
    opens = (now.hour + 2) % 24
    quiet = post.member(now, "weekly", now + DAY, mail_opens=opens, mail_closes=opens % 24 + 1)
    rhythm.keep(quiet.id, now)
    spent = post.member(now, "weekly", now + DAY, mails_per_month=1)
    used = factories.delivery(member=spent, mailing=factories.mailing(), state="accepted")
    factories.slot(delivery=used, taken_at=now - DAY)
    post.early(now)
    post.sweep(now)
    assert post.send(smtp) == []
    assert post.deliveries(quiet) == [("queued", None)]
    assert post.deliveries(spent)[-1] == ("skipped", "over_budget")
    [mail] = post.send(smtp, now + timedelta(hours=2))
    assert mail.to == quiet.address


def test_of_two_workers_at_once_one_tells(each_app: Flask, now: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    """The other had found the same members before the first was done; one opening each, and one both."""
    member = post.member(now, "at_once", now + DAY)
    post.early(now)
    db.session.commit()
    hold, raced = composing.hold, []

    def meanwhile(ids: list[int]) -> None:
        if not raced:
            raced.append(1)
            tasks.announce(now)
        hold(ids)

    monkeypatch.setattr(rounds, "hold", meanwhile)
    tasks.announce(now)
    assert raced
    assert len(post.deliveries(member)) == 1
    assert db.session.scalar(select(func.count()).select_from(Announcement)) == 1
    assert db.session.scalar(select(func.count()).select_from(Round)) == 1


def test_a_round_that_died_goes_on_without_telling_twice(
    app: Flask, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    members = [post.member(now, "weekly", now + DAY) for _ in range(5)]
    post.early(now)
    db.session.commit()
    monkeypatch.setattr(rounds, "MEMBERS", 2)
    rounds.Hearing(rounds.wanted(now), now).some()
    db.session.commit()
    assert db.session.scalar(select(func.count()).select_from(Delivery)) == 2
    tasks.announce(now)
    assert [post.deliveries(member) for member in members] == [[("queued", None)]] * 5


def test_held_ones_join_the_next_digest_and_not_the_next_round(app: Flask, smtp: Smtp, now: datetime) -> None:
    member = post.member(now, "weekly", now + DAY, mails_per_month=1)
    used = factories.delivery(member=member, mailing=factories.mailing(), state="accepted")
    slot = factories.slot(delivery=used, taken_at=now - DAY)
    post.early(now, title="First")
    post.sweep(now)
    assert post.send(smtp) == []
    db.session.delete(slot)
    post.early(now, title="Second", publish_at=now)
    post.sweep(now + MINUTE)
    assert [mail.subject for mail in post.send(smtp, now + MINUTE)] == ["Members first: Second"]
    member.mails_per_month = 9
    post.sweep(now + DAY)
    assert [mail.subject for mail in post.send(smtp, now + DAY)] == ["Members first: First"]


def test_what_is_held_after_a_digest_has_passed_joins_the_next(app: Flask, smtp: Smtp, now: datetime) -> None:
    """The mail of it still waited when the digest was made, which therefore left it out."""
    member = post.member(now, "daily", now + timedelta(hours=1))
    post.early(now, title="Firmware engineer")
    post.sweep(now)
    post.sweep(now + timedelta(hours=1))
    assert post.deliveries(member) == [("queued", None)]
    stopping.cancel(db.session.scalars(select(Mailing.id)).all(), now + timedelta(hours=2))
    post.again(member, now + DAY)
    post.sweep(now + DAY)
    [mail] = post.send(smtp, now + DAY)
    assert mail.subject == "Members first: Firmware engineer"
