"""The window of an early opening at the desk: each member named, when they heard, or why not yet."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from flask import Flask

from portal.alerts.models import Announcement
from portal.alerts.queries import windows
from portal.audience.actions import rhythm
from portal.db import db
from portal.jobs.models import Posting
from portal.jobs.queries.wanted import by_ids
from portal.members.models import Member, Profile
from tests import factories
from tests.alerts import post
from tests.alerts.post import DAY, Smtp
from tests.pages import PageClient

At = Callable[..., PageClient]
HERE = "/desk/jobs/firmware/early"


@pytest.fixture
def told(app: Flask, smtp: Smtp, now: datetime) -> dict[str, Member]:
    """One of each kind."""
    opens = (now.hour + 2) % 24
    quiet = {"mail_opens": opens, "mail_closes": opens + 1}
    people = {
        "Ina": post.member(now, "weekly", now + DAY, name="Ina"),
        "Waits": post.member(now, "weekly", now + DAY, name="Waits", **quiet),
        "Spent": post.member(now, "weekly", now + DAY, name="Spent", mails_per_month=1),
        "Feed": post.member(now, "feed", name="Feed"),
        "Other": post.member(now, "weekly", now + DAY, name="Other", work_modes=["onsite"]),
        "Hides": post.member(now, "weekly", now + DAY, name="Hides"),
    }
    rhythm.keep(people["Waits"].id, now)
    used = factories.delivery(member=people["Spent"], mailing=factories.mailing(), state="accepted")
    factories.slot(delivery=used, taken_at=now - DAY)
    db.session.add(Profile(member_id=people["Hides"].id, hidden_people="Tom Reed"))
    post.early(now, title="Firmware engineer", slug="firmware")
    post.sweep(now)
    post.send(smtp)
    return people


def test_everybody_is_named_with_when_or_why_not(
    app: Flask, at_desk: At, told: dict[str, Member], now: datetime
) -> None:
    page = at_desk(factories.recruiter(name="Ana")).get(HERE).text
    assert "4 members" in page
    assert "Heard within 30 minutes" in page
    assert "Not yet: waits for the hours they set" in page
    assert "Held back: no mail left of the number they set for 30 days" in page
    assert "Get no mail of openings: it is in their private feed" in page
    for name in ("Ina", "Waits", "Spent", "Hides"):
        assert f"/desk/members/{told[name].id}" in page, name
    for name in ("Other", "Feed"):
        assert f"/desk/members/{told[name].id}" not in page, name


def test_who_had_no_slot_is_listed_alone(app: Flask, at_desk: At, told: dict[str, Member], now: datetime) -> None:
    page = at_desk("recruiter").get(f"{HERE}?outcome=held_over_budget").text
    assert f"/desk/members/{told['Spent'].id}" in page
    assert f"/desk/members/{told['Ina'].id}" not in page


def test_whoever_hides_from_somebody_is_counted_and_not_shown(
    app: Flask, at_desk: At, told: dict[str, Member], now: datetime
) -> None:
    page = at_desk(factories.recruiter(name="Tom Reed")).get(HERE).text
    assert "4 members" in page
    assert f"/desk/members/{told['Hides'].id}" not in page


def outcome(posting: Posting, member: Member, now: datetime, **values: object) -> tuple[str, int | None]:
    """Of somebody whose mail went like this."""
    delivery = factories.delivery(member=member, mailing=factories.mailing(purpose="job_alerts"), state="accepted")
    given = {"at": now, "early": True, "held_at": None, "reason": None} | values
    for name in ("first_at", "held_from"):
        if name in given:
            setattr(delivery, name, given.pop(name))
    db.session.add(Announcement(member_id=member.id, posting_id=posting.id, delivery_id=delivery.id, **given))
    db.session.flush()
    found = windows.window(by_ids([posting.id])[0], factories.recruiter(), now)
    mine = next(row for row in found.rows if row.member_id == member.id)
    return mine.outcome, mine.minutes


@pytest.mark.parametrize(("values", "expected"), [
    ({"first_at": 5}, ("in_time", 5)),
    ({"first_at": 30}, ("in_time", 30)),
    ({"first_at": 31}, ("late", 31)),
    ({"first_at": 600, "held_from": 1}, ("hours", 600)),
    ({"first_at": 125, "at": 120}, ("joined", 125)),
    ({"first_at": None, "held_at": 9, "reason": "paused"}, ("held_paused", None)),
    ({"first_at": None, "held_at": 9, "reason": "something_else"}, ("held_something_else", None)),
    ({"first_at": None}, ("queued", None)),
    ({"first_at": None, "held_from": 1}, ("waits", None)),
])  # fmt: skip
def test_what_became_of_each(
    each_app: Flask, now: datetime, values: dict[str, object], expected: tuple[str, int | None]
) -> None:
    posting = post.early(now, publish_at=now)
    given = {k: now + timedelta(minutes=v) if isinstance(v, int) else v for k, v in values.items()}
    assert outcome(posting, post.member(now), now, **given) == expected
    assert windows.words(expected[0])


def test_in_pages(app: Flask, at_desk: At, now: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(windows, "PAGE", 2)
    for n in range(5):
        post.member(now, "weekly", now + DAY, name=f"P{n}")
    post.early(now, slug="firmware")
    post.sweep(now)
    client = at_desk("recruiter")
    seen = [client.get(f"{HERE}?page={n}").text for n in (1, 2, 3)]
    assert ["The next ones" in page for page in seen] == [True, True, False]
    names = [[f"P{n}" for n in range(5) if f">P{n}<" in page] for page in seen]
    assert sorted(name for page in names for name in page) == [f"P{n}" for n in range(5)]
    assert client.get(f"{HERE}?page=x&outcome=nothing").status_code == 200


def test_without_a_window_and_without_an_opening(app: Flask, at_desk: At, now: datetime) -> None:
    factories.posting(slug="open")
    factories.posting(slug="draft", publish_at=None)
    db.session.commit()
    client = at_desk("recruiter")
    assert "open to everybody from the start" in client.get("/desk/jobs/open/early").text
    assert "It is a draft without a time." in client.get("/desk/jobs/draft/early").text
    assert client.get("/desk/jobs/nothing/early").status_code == 404
