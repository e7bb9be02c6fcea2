"""Digests: new since last time only, nothing new no mail, at most so many, once an hour that was set."""

from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select

from portal.alerts import tasks
from portal.alerts.actions import composing, digests
from portal.alerts.models import AlertSetting, Announcement, DigestRun
from portal.alerts.queries import many
from portal.alerts.queries.slots import next_slot
from portal.audience.actions import consent, preferences
from portal.audience.queries.wording import CURRENT
from portal.db import db
from portal.jobs.queries.wanted import live
from portal.mail import stopping
from portal.mail.models import Delivery, Fragment, Mailing
from tests import factories
from tests.alerts import post
from tests.alerts.post import DAY, Smtp


def runs() -> list[tuple[int, int]]:
    rows = select(DigestRun.member_id, DigestRun.items).order_by(DigestRun.member_id, DigestRun.slot)
    return [(id, items) for id, items in db.session.execute(rows)]


def test_the_first_digest_comes_right_after_joining(app: Flask, smtp: Smtp, now: datetime) -> None:
    member = factories.member(name="Ana", agreed_to=["job_alerts"])
    other = factories.member(agreed_to=["newsletter"])
    factories.posting(title="Data engineer", slug="data-engineer")
    post.sweep(now)
    setting = db.session.get_one(AlertSetting, member.id)
    assert (setting.every, setting.weekday, setting.hour) == ("weekly", 1, 9)
    assert db.session.get(AlertSetting, other.id) is None
    [mail] = post.send(smtp)
    assert mail.to == member.address
    assert mail.subject == "New opening for you: Data engineer"
    assert "Hello Ana," in mail.text
    assert "http://127.0.0.1:8000/jobs/data-engineer" in mail.text
    assert runs() == [(member.id, 1)]
    assert setting.next_at == next_slot("weekly", 1, 9, "UTC", now)


def test_only_what_is_new_since_last_time(app: Flask, smtp: Smtp, now: datetime) -> None:
    member = post.member(now, "daily", now)
    factories.posting(title="First")
    post.sweep(now)
    assert len(post.send(smtp)) == 1
    factories.posting(title="Second", publish_at=now)
    post.again(member, now)
    later = now + timedelta(minutes=1)
    post.sweep(later)
    [mail] = post.send(smtp, later)
    assert "Second" in mail.text
    assert "First" not in mail.text


def test_nothing_new_is_no_mail_but_a_run(app: Flask, smtp: Smtp, now: datetime) -> None:
    member = post.member(now, "daily", now)
    factories.posting(work_modes=["onsite"], publish_at=now + timedelta(days=2))
    post.sweep(now)
    assert post.send(smtp) == []
    assert db.session.scalar(select(func.count()).select_from(Mailing)) == 0
    assert runs() == [(member.id, 0)]
    assert db.session.get_one(AlertSetting, member.id).next_at > now


def test_a_second_run_of_the_same_hour_does_nothing(each_app: Flask, now: datetime) -> None:
    member = post.member(now, "weekly", now)
    factories.posting()
    post.sweep(now)
    before = runs()
    post.sweep(now)
    tasks.digest(now)
    assert runs() == before == [(member.id, 1)]
    assert len(post.deliveries(member)) == 1


def test_of_two_workers_at_once_one_tells(each_app: Flask, now: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    """The other read the same members as due, and looked for the same openings, before the first was done."""
    member = post.member(now, "weekly", now)
    factories.posting()
    db.session.commit()
    hold = composing.hold
    raced: list[int] = []

    def meanwhile(ids: list[int]) -> None:
        if not raced:
            raced.append(1)
            digests.some(digests.Run(now))
            db.session.commit()
        hold(ids)

    monkeypatch.setattr(digests, "hold", meanwhile)
    digests.some(digests.Run(now))
    db.session.commit()
    assert raced
    assert runs() == [(member.id, 1)]
    assert len(post.deliveries(member)) == 1


def test_at_most_so_many_and_the_rest_is_linked_and_counts_as_announced(app: Flask, smtp: Smtp, now: datetime) -> None:
    member = post.member(now, "daily", now)
    for n in range(12):
        factories.posting(title=f"No {n:02}", slug=f"no-{n:02}", publish_at=now - timedelta(days=20 - n))
    post.sweep(now)
    [mail] = post.send(smtp)
    assert mail.subject.startswith("12 new openings for you: No 11, No 10, ")
    assert "here are eight openings that fit what you chose." in mail.text
    assert "And four more are for you." in mail.text
    assert [n for n in range(12) if f"No {n:02}" in mail.text] == list(range(4, 12))
    assert mail.text.index("No 11") < mail.text.index("No 04")
    assert "http://127.0.0.1:8000/me/openings" in mail.text
    assert runs() == [(member.id, 12)]
    post.again(member, now)
    later = now + timedelta(minutes=1)
    post.sweep(later)
    assert post.send(smtp, later) == []


def test_without_more_there_is_no_line_about_more(app: Flask, smtp: Smtp, now: datetime) -> None:
    post.member(now, "daily", now)
    factories.posting()
    post.sweep(now)
    [mail] = post.send(smtp)
    assert "more are for you" not in mail.text
    assert "There is more" not in mail.text


def test_each_is_told_what_is_for_them_and_why(app: Flask, smtp: Smtp, now: datetime) -> None:
    data, design = factories.interest(slug="data", name="Data"), factories.interest(slug="design", name="Design")
    ana = post.member(now, "daily", now, interests=[data], work_modes=["remote"], lives_in="PT")
    bo = post.member(now, "daily", now, interests=[design], name="")
    factories.posting(title="Data engineer", interests=[data], countries=["PT"])
    factories.posting(title="Designer", interests=[design])
    post.sweep(now)
    first, second = post.send(smtp)
    assert (first.to, second.to) == (ana.address, bo.address)
    assert "Data engineer" in first.text
    assert "Designer" not in first.text + first.html
    assert "For you, because you chose Data and remote, and it may be done from Portugal." in first.text
    assert "Remote from Portugal" in first.html
    assert "€ 50,000 – 60,000 a year" in first.html
    assert "Hello there," in second.text
    assert "/fit/" in first.text


def test_what_says_neither_pay_nor_why_is_announced_to_nobody(app: Flask, smtp: Smtp, now: datetime) -> None:
    member = post.member(now, "daily", now)
    factories.posting(title="Unsaid", pay=None)
    factories.posting(title="Said why", pay=None, pay_unsaid="Pay is set by the public scale.")
    post.sweep(now)
    [mail] = post.send(smtp)
    assert "Unsaid" not in mail.text
    assert "Pay is set by the public scale." in mail.text
    assert len(post.heard(member)) == 1


def test_what_was_held_back_joins_the_next_digest_while_it_can(app: Flask, smtp: Smtp, now: datetime) -> None:
    """P4: no slot was left. Of two openings one has closed since."""
    member = post.member(now, "daily", now, mails_per_month=1)
    used = factories.delivery(member=member, mailing=factories.mailing(), state="accepted")
    slot = factories.slot(delivery=used, taken_at=now - timedelta(days=1))
    closing = factories.posting(title="Closing")
    factories.posting(title="Staying")
    post.sweep(now)
    assert post.send(smtp) == []
    assert post.deliveries(member)[1:] == [("skipped", "over_budget")]
    db.session.delete(slot)
    closing.closed_at = now
    post.again(member, now)
    later = now + timedelta(minutes=1)
    post.sweep(later)
    [mail] = post.send(smtp, later)
    assert mail.subject == "New opening for you: Staying"


def test_who_gets_only_the_feed_gets_no_digest(app: Flask, smtp: Smtp, now: datetime) -> None:
    post.member(now, "feed", None)
    factories.posting()
    post.early(now)
    post.sweep(now)
    assert post.send(smtp) == []


def test_who_took_the_agreement_back_gets_none(app: Flask, smtp: Smtp, now: datetime) -> None:
    """P2, before there is a mail at all."""
    member = factories.member(agreed_to=["newsletter"])
    db.session.add(AlertSetting(member_id=member.id, next_at=now, changed_at=now))
    factories.posting()
    post.sweep(now)
    assert db.session.scalar(select(func.count()).select_from(Delivery)) == 0
    assert db.session.get_one(AlertSetting, member.id).next_at > now


def test_everybody_reads_it_in_their_language(app: Flask, smtp: Smtp, now: datetime) -> None:
    for language in ("en", "de", "pt"):
        post.member(now, "daily", now, language=language)
    factories.posting()
    post.sweep(now)
    mails = post.send(smtp)
    assert [mail.html.partition('lang="')[2][:2] for mail in mails] == ["en", "de", "pt"]


def test_few_members_make_a_small_mailing_and_many_share_one(
    app: Flask, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = factories.interest(slug="data")
    for n in range(5):
        factories.posting(interests=[data] if n else [factories.interest()])
    post.member(now, "daily", now, interests=[data])
    post.sweep(now)
    parts = select(func.count()).select_from(Fragment).group_by(Fragment.mailing_id)
    assert db.session.scalars(parts).all() == [4 + 2]
    for _ in range(5):
        post.member(now, "daily", now, interests=[data])
    db.session.commit()
    run = digests.Run(now)
    assert [digests.some(run, 2) for _ in range(4)] == [2, 2, 1, None]
    db.session.commit()
    assert db.session.scalars(parts).all() == [4 + 2, 5 + 2]


def test_announcements_say_by_which_mail(app: Flask, now: datetime) -> None:
    member = post.member(now, "daily", now)
    factories.posting()
    post.sweep(now)
    row = db.session.scalars(select(Announcement)).one()
    delivery = db.session.scalars(select(Delivery).filter_by(member_id=member.id)).one()
    assert (row.delivery_id, row.early, row.held_at) == (delivery.id, False, None)
    assert db.session.scalars(select(DigestRun.delivery_id)).one() == delivery.id


BERLIN = [
    # the Sunday on which 02:00 to 03:00 is left out, and the one on which it comes twice
    ("2026-03-28T12:00", "daily", 2, "2026-03-29T01:00"),
    ("2026-10-24T12:00", "daily", 2, "2026-10-25T00:00"),
    ("2026-10-25T00:00", "daily", 2, "2026-10-26T01:00"),
    ("2026-03-27T08:00", "daily", 9, "2026-03-28T08:00"),
    ("2026-03-28T08:00", "daily", 9, "2026-03-29T07:00"),
    ("2026-03-24T08:00", "weekly", 9, "2026-03-31T07:00"),
    ("2026-03-24T07:59", "weekly", 9, "2026-03-24T08:00"),
    ("2026-03-24T08:01", "at_once", 9, "2026-03-25T08:00"),
]


@pytest.mark.parametrize(("after", "every", "hour", "expected"), BERLIN)
def test_hours_are_those_of_the_member_also_when_clocks_change(
    after: str, every: str, hour: int, expected: str
) -> None:
    start = datetime.fromisoformat(after).replace(tzinfo=UTC)
    found = next_slot(every, 1, hour, "Europe/Berlin", start)
    assert found == datetime.fromisoformat(expected).replace(tzinfo=UTC)


def test_a_feed_has_no_hour(now: datetime) -> None:
    assert next_slot("feed", 1, 9, "UTC", now) is None


def test_openings_that_were_only_linked_come_up_when_somebody_chose_anew(app: Flask, smtp: Smtp, now: datetime) -> None:
    """The rest of a mail counts as heard of; but what is for them is another thing from then on."""
    data = factories.interest(slug="data")
    member = post.member(now, "daily", now - DAY)
    for n in range(10):
        factories.posting(title=f"No {n}", interests=[data], publish_at=now - (20 - n) * DAY)
    post.sweep(now - DAY)
    assert len(post.send(smtp, now - DAY)) == 1
    preferences.save(member, {"interests": ["data"]}, CURRENT, "-", now - timedelta(hours=1))
    post.again(member, now)
    post.sweep(now)
    [mail] = post.send(smtp, now)
    assert mail.subject == "2 new openings for you: No 1, No 0"


def test_a_change_of_something_else_brings_nothing_up(app: Flask, smtp: Smtp, now: datetime) -> None:
    member = post.member(now, "daily", now - DAY)
    for n in range(10):
        factories.posting(title=f"No {n}", publish_at=now - (20 - n) * DAY)
    post.sweep(now - DAY)
    preferences.save(member, {"mails_per_month": 9}, CURRENT, "-", now - timedelta(hours=1))
    post.again(member, now)
    post.sweep(now)
    assert len(post.deliveries(member)) == 1


def test_who_comes_to_be_free_in_time_hears_of_what_is_open_since_long(app: Flask, smtp: Smtp, now: datetime) -> None:
    """An opening that names no first day is taken to begin within 90 days."""
    member = post.member(now, "daily", now - 2 * DAY)
    member.available_from = (now + 89 * DAY).date()
    db.session.flush()
    factories.posting(publish_at=now - 30 * DAY)
    post.sweep(now - 2 * DAY)
    assert post.heard(member) == set()
    post.again(member, now)
    post.sweep(now)
    assert len(post.heard(member)) == 1


def test_a_digest_that_was_held_back_is_made_up_for_with_all_of_it(app: Flask, smtp: Smtp, now: datetime) -> None:
    """Also with what it would only have linked to."""
    member = post.member(now, "daily", now - DAY, mails_per_month=1)
    used = factories.delivery(member=member, mailing=factories.mailing(), state="accepted")
    slot = factories.slot(delivery=used, taken_at=now - 2 * DAY)
    for n in range(10):
        factories.posting(title=f"No {n}", publish_at=now - (20 - n) * DAY)
    post.sweep(now - DAY)
    assert post.send(smtp, now - DAY) == []
    assert {row.reason for row in db.session.scalars(select(Announcement))} == {"over_budget"}
    db.session.delete(slot)
    post.again(member, now)
    post.sweep(now)
    [mail] = post.send(smtp, now)
    assert mail.subject.startswith("10 new openings for you: No 9, ")


@pytest.mark.parametrize("stops", ["withdrawn", "cancelled", "refused"])
def test_whatever_keeps_a_mail_from_going_holds_its_openings(app: Flask, smtp: Smtp, now: datetime, stops: str) -> None:
    member = post.member(now, "daily", now)
    factories.posting()
    post.sweep(now)
    if stops == "withdrawn":
        consent.withdraw(member.id, "job_alerts", "one-click", "-", now)
    elif stops == "cancelled":
        stopping.cancel(db.session.scalars(select(Mailing.id)).all(), now)
    else:
        member.address = "nobody at all"
        db.session.flush()
    post.send(smtp, now)
    row = db.session.scalars(select(Announcement)).one()
    assert row.held_at is not None
    assert row.reason == {"withdrawn": "no_consent", "cancelled": "cancelled", "refused": "failed"}[stops]


def test_many_and_few_are_told_the_same(each_app: Flask, now: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of many the database is asked, opening by opening; few are looked at one by one."""
    interests = [factories.interest(slug=f"i-{n}") for n in range(3)]
    members = [
        post.member(now, "daily", now, interests=interests[n % 4 : n % 4 + 1], work_modes=["remote"] if n % 2 else [])
        for n in range(12)
    ]
    for n in range(9):
        factories.posting(interests=[interests[n % 3]], work_modes=["onsite"] if n % 2 else ["remote"], countries=["*"])
    db.session.commit()
    wanted, ids = live(now), [member.id for member in members]
    few = many.matched(wanted, ids, now)
    assert len({*few.values()}) > 3
    some = many.matched(wanted, ids, now, 0b101010)
    monkeypatch.setattr(many, "FEW", 0)
    assert many.matched(wanted, ids, now) == few
    assert many.matched(wanted, ids, now, 0b101010) == some == {id: bits & 0b101010 for id, bits in few.items()}
    monkeypatch.setattr(digests, "FEW", 0)
    run = digests.Run(now)
    while digests.some(run, 5) is not None:
        db.session.commit()
    assert dict(runs()) == {id: bits.bit_count() for id, bits in few.items()}
    assert len(post.deliveries(members[0])) == 1
