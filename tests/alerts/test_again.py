"""Matched again when the mail is built (P3): what closed, changed, or is for them no more is left out of it."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from portal.alerts.models import Announcement
from portal.audience.actions import eligibility, rhythm
from portal.db import db
from portal.jobs.models import Posting
from portal.mail.models import Delivery
from portal.members.models import Member
from tests import factories
from tests.alerts import post
from tests.alerts.post import DAY, Smtp

MINUTE = timedelta(minutes=1)


def closes(member: Member, posting: Posting, now: datetime) -> None:
    posting.closed_at = now


def expires(member: Member, posting: Posting, now: datetime) -> None:
    posting.closes_at = now


def comes_to_be_on_site(member: Member, posting: Posting, now: datetime) -> None:
    posting.work_modes, posting.changed_at = frozenset({"onsite"}), now


def comes_to_be_unclear(member: Member, posting: Posting, now: datetime) -> None:
    posting.work_modes, posting.changed_at = frozenset(), now


def hides_its_pay(member: Member, posting: Posting, now: datetime) -> None:
    posting.pay_min = posting.pay_max = posting.pay_currency = posting.pay_per = None
    posting.changed_at = now


def says_other_pay(member: Member, posting: Posting, now: datetime) -> None:
    posting.pay_max, posting.changed_at = 40_000, now
    posting.pay_min = 30_000


def is_called_otherwise(member: Member, posting: Posting, now: datetime) -> None:
    posting.title, posting.changed_at = "Data engineer (nights)", now


def is_unpublished(member: Member, posting: Posting, now: datetime) -> None:
    posting.publish_at = posting.opens_at = now + DAY


def changes_their_mind(member: Member, posting: Posting, now: datetime) -> None:
    member.work_modes = frozenset({"hybrid"})
    eligibility.refresh([member.id])


Happens = Callable[[Member, Posting, datetime], None]
EVENTS: list[Happens] = [
    closes, expires, comes_to_be_on_site, comes_to_be_unclear, hides_its_pay, says_other_pay, is_called_otherwise,
    is_unpublished, changes_their_mind,
]  # fmt: skip


@pytest.fixture
def member(app: Flask, now: datetime) -> Member:
    return post.member(now, "daily", now, work_modes=["remote"], lives_in="PT")


@pytest.mark.parametrize("happens", EVENTS)
def test_a_mail_of_one_opening_does_not_go(
    app: Flask, smtp: Smtp, now: datetime, member: Member, happens: Happens
) -> None:
    posting = factories.posting()
    post.sweep(now)
    happens(member, posting, now)
    assert post.send(smtp) == []
    assert post.deliveries(member) == [("skipped", "nothing_new")]
    row = db.session.scalars(select(Announcement)).one()
    assert (row.held_at is not None, row.reason) == (True, "nothing_new")


@pytest.mark.parametrize("happens", EVENTS[:-1])
def test_one_of_two_is_left_out_of_mail_row_and_words(
    app: Flask, smtp: Smtp, now: datetime, member: Member, happens: Happens
) -> None:
    gone = factories.posting(title="Data engineer")
    factories.posting(title="Technical writer")
    post.sweep(now)
    happens(member, gone, now)
    [mail] = post.send(smtp)
    assert mail.subject == "New opening for you: Technical writer"
    assert "here is an opening" in mail.text
    assert "Data engineer" not in mail.text + mail.html
    delivery = db.session.scalars(select(Delivery)).one()
    assert len(delivery.parts) == 2
    held = {row.posting_id: row.reason for row in db.session.scalars(select(Announcement))}
    assert held[gone.id] == "nothing_new"
    assert [reason for id, reason in held.items() if id != gone.id] == [None]


def test_what_was_left_out_is_taken_up_by_the_next_digest(
    app: Flask, smtp: Smtp, now: datetime, member: Member
) -> None:
    posting = factories.posting()
    post.sweep(now)
    is_called_otherwise(member, posting, now)
    assert post.send(smtp) == []
    post.again(member, now + DAY)
    post.sweep(now + DAY)
    [mail] = post.send(smtp, now + DAY)
    assert mail.subject == "New opening for you: Data engineer (nights)"
    row = db.session.scalars(select(Announcement)).one()
    assert (row.held_at, row.reason) == (None, None)


def test_an_early_one_is_told_anew_at_once_with_its_new_words(
    app: Flask, smtp: Smtp, now: datetime, member: Member
) -> None:
    """It waits for somebody's morning, and is corrected in the evening: they still hear of it before everybody."""
    opens = (now.hour + 2) % 24
    member.mail_opens, member.mail_closes = opens, opens % 24 + 1
    rhythm.keep(member.id, now)
    posting = post.early(now)
    post.sweep(now)
    assert post.send(smtp) == []
    is_called_otherwise(member, posting, now + MINUTE)
    post.sweep(now + 2 * MINUTE)
    morning = (now + timedelta(hours=2)).replace(minute=10)
    assert post.send(smtp, morning) == []
    post.sweep(morning + MINUTE)
    [mail] = post.send(smtp, morning + MINUTE)
    assert mail.subject == "Members first: Data engineer (nights)"


@pytest.mark.parametrize("language", ["en", "de", "pt"])
def test_a_change_that_no_mail_tells_of_keeps_nothing_back(
    app: Flask, smtp: Smtp, now: datetime, member: Member, language: str
) -> None:
    member.language = language
    eligibility.refresh([member.id])
    posting = post.early(now, closes_at=now + 9 * DAY)
    post.sweep(now)
    posting.source, posting.questions, posting.changed_at = "## The work\n\nOther words.", ["Can you?"], now
    assert len(post.send(smtp)) == 1


def test_what_opened_to_everybody_meanwhile_still_goes(app: Flask, smtp: Smtp, now: datetime, member: Member) -> None:
    posting = post.early(now, opens_at=now + timedelta(hours=1))
    post.sweep(now)
    posting.changed_at = now
    later = now + timedelta(hours=2)
    [mail] = post.send(smtp, later)
    assert mail.subject == "New opening for you: Data engineer"
    assert "/openings/" in mail.html


def test_what_is_left_of_the_first_ones_is_shown_and_the_rest_is_linked(
    app: Flask, smtp: Smtp, now: datetime, member: Member
) -> None:
    postings = [factories.posting(title=f"No {n:02}", publish_at=now - (20 - n) * DAY) for n in range(11)]
    post.sweep(now)
    postings[10].closed_at = now
    [mail] = post.send(smtp)
    assert "And three more are for you." in mail.text
    assert mail.subject.startswith("10 new openings for you: No 09, ")


def test_a_retry_that_holds_again_is_sent_and_held_no_more(
    app: Flask, smtp: Smtp, now: datetime, member: Member
) -> None:
    posting = factories.posting()
    post.sweep(now)
    row = db.session.scalars(select(Announcement)).one()
    row.held_at, row.reason = now, "nothing_new"
    assert len(post.send(smtp)) == 1
    db.session.refresh(row)
    assert (row.held_at, row.posting_id) == (None, posting.id)
