"""Corrections beside each opening: a page first, then exactly one preference, and it says which; only ever less."""

import re
from datetime import datetime
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from portal.alerts.queries import tokens
from portal.alerts.queries.corrections import PREFERENCE
from portal.audience.models import MemberTeam, Team
from portal.audience.queries import preferences as queries
from portal.audience.queries.words import TITLES
from portal.db import db
from portal.jobs.models import Posting
from portal.members.models import Change, Member
from tests import factories
from tests.alerts import post
from tests.alerts.post import DAY, Smtp
from tests.audience.visitor import Visitor, forms, signed_in


@pytest.fixture
def lists(app: Flask) -> dict[str, Any]:
    """What can be chosen."""
    return {
        "team": factories.team(slug="platform", name="Platform"),
        "lisbon": factories.place(slug="lisbon", name="Lisbon", country="PT", position=1),
        "porto": factories.place(slug="porto", name="Porto", country="PT", position=2),
        "portugal": factories.place(
            slug="portugal", name="Anywhere in Portugal", country="PT", whole_country=True, position=3
        ),
        "leeds": factories.place(slug="leeds", name="Leeds", country="GB", position=4),
    }


@pytest.fixture
def opening(lists: dict[str, Any], now: datetime) -> Posting:
    return factories.posting(
        title="Data engineer", slug="data", team=lists["team"], level="senior", work_modes=["hybrid", "remote"],
        places=[lists["porto"]], countries=["PT"],
    )  # fmt: skip


def mailed(app: Flask, member: Member, smtp: Smtp, now: datetime) -> str:
    """The path beside the opening in the mail that they got."""
    post.sweep(now)
    [mail] = post.send(smtp)
    found = re.search(r"http://127\.0\.0\.1:8000(/fit/\S+)", mail.text)
    assert found
    return found[1]


def values(member: Member) -> dict[str, Any]:
    db.session.expire_all()
    return queries.values(queries.of(db.session.get_one(Member, member.id)))


def changed(member: Member) -> list[Change]:
    return list(db.session.scalars(select(Change).filter_by(member_id=member.id)))


def press(app: Flask, path: str, value: str, **more: str) -> Any:
    visitor = Visitor(app)
    form = next(form for form in forms(visitor.get(path)) if value in form.offered.getlist("correct"))
    return arrived(visitor, visitor.send(form, {"correct": value, **more}))


def arrived(visitor: Visitor, answer: Any) -> Any:
    """Where a browser goes from there."""
    return visitor.get(answer.location) if answer.status_code == 303 else answer


def bare(page: Any) -> str:
    """A page without its tokens."""
    return re.sub(r'/fit/[^?"]+|value="[^"]{60,}"', "", page.text)


CASES = [
    # button, preference, what they chose, what is left
    ("team", "unwanted_teams", {}, ["platform"]),
    ("junior", "levels", {"levels": ["experienced", "senior", "lead"]}, ["lead"]),
    ("junior", "levels", {}, ["lead"]),
    ("senior", "levels", {"levels": ["entry", "senior"]}, ["entry"]),
    ("senior", "levels", {}, ["entry", "experienced"]),
    ("place:porto", "places", {"places": ["porto", "lisbon"]}, ["lisbon"]),
    ("place:porto", "places", {"places": ["portugal"]}, ["lisbon"]),
    ("place:porto", "places", {"places": ["portugal", "leeds"]}, ["leeds", "lisbon"]),
    ("place:porto", "places", {}, ["leeds", "lisbon"]),
    ("often", "mails_per_month", {"mails_per_month": 8}, 4),
    ("often", "mails_per_month", {"mails_per_month": 20}, 16),
]


@pytest.mark.parametrize(("button", "preference", "chose", "left"), CASES)
def test_each_button_changes_one_preference_and_says_which(
    app: Flask, smtp: Smtp, now: datetime, lists: dict[str, Any], opening: Posting, button: str, preference: str,
    chose: dict[str, Any], left: Any,
) -> None:  # fmt: skip
    given = chose | ({"places": [lists[slug] for slug in chose["places"]]} if "places" in chose else {})
    member = post.member(now, "daily", now, lives_in="PT", **given)
    path = mailed(app, member, smtp, now)
    before = values(member)
    page = press(app, path, button)
    after = values(member)
    assert {name for name in after if after[name] != before[name]} == {preference}
    assert (sorted(after[preference]) if isinstance(left, list) else after[preference]) == left
    [change] = changed(member)
    assert set(change.after) == {preference}
    assert change.by == "link"
    assert "Saved. " in page.text
    assert "Nothing else was changed." in page.text


def test_not_before_a_month(app: Flask, smtp: Smtp, now: datetime, opening: Posting) -> None:
    member = post.member(now, "daily", now, lives_in="PT")
    path = mailed(app, member, smtp, now)
    visitor = Visitor(app)
    form = forms(visitor.get(path))[-1]
    month = form.offered.getlist("month") or re.findall(r'<option value="([\d-]+)"', visitor.get(path).text)
    assert len(month) == 12
    press(app, path, "later", month=month[4])
    assert values(member)["available_from"] == f"{month[4]}-01"
    press(app, path, "later", month=month[1])  # earlier than that would be more
    assert values(member)["available_from"] == f"{month[4]}-01"
    assert len(changed(member)) == 1


def test_opening_the_page_changes_nothing(app: Flask, smtp: Smtp, now: datetime, opening: Posting) -> None:
    """P1: by GET and by HEAD."""
    member = post.member(now, "daily", now, lives_in="PT")
    path = mailed(app, member, smtp, now)
    before = values(member)
    for method in ("GET", "HEAD"):
        assert Visitor(app).open(path, method).status_code == 200
    assert values(member) == before
    assert changed(member) == []


def test_who_holds_the_mail_learns_nothing_of_whom_it_went_to(
    app: Flask, now: datetime, lists: dict[str, Any], opening: Posting
) -> None:
    """W-25: two members who chose quite different things have the same page."""
    one = post.member(now, name="Maria Antónia", lives_in="PT", levels=["senior"], places=[lists["portugal"]])
    other = post.member(now, name="Jonas", lives_in="PT")
    pages = []
    for member in (one, other):
        delivery = factories.delivery(member=member, mailing=factories.mailing(purpose="job_alerts"))
        db.session.commit()
        page = Visitor(app).get(f"/fit/{tokens.fit(delivery.id)}?opening=data")
        assert member.name not in page.text
        assert member.address not in page.text
        pages.append(bare(page))
    assert pages[0] == pages[1]


def test_who_presses_without_being_them_reads_which_and_not_what_they_chose(
    app: Flask, smtp: Smtp, now: datetime, lists: dict[str, Any], opening: Posting
) -> None:
    """W-25: neither what they had chosen before, nor whether it was so already."""
    secret = factories.team(slug="secret", name="Secret laboratory")
    member = post.member(
        now, "daily", now, lives_in="PT", levels=["senior", "lead"], places=[lists["porto"], lists["leeds"]]
    )
    db.session.add(MemberTeam(member_id=member.id, team_id=secret.id, kind="not_wanted"))
    path = mailed(app, member, smtp, now)
    for button in ("team", "junior", "place:porto", "often"):
        first = press(app, path, button)
        told = first.text[first.text.index("told-above") : first.text.index("Nothing else was changed")]
        assert f"Saved. What was changed: {TITLES[PREFERENCE[button.partition(':')[0]]]}." in told
        for chosen in ("Secret laboratory", "Leeds", "Leading others", "16"):
            assert chosen not in told, told
    other = post.member(now, lives_in="PT")
    delivery = factories.delivery(member=other, mailing=factories.mailing(purpose="job_alerts"))
    db.session.commit()
    theirs = press(app, f"/fit/{tokens.fit(delivery.id)}?opening=data", "team")
    again = press(app, path, "team")
    assert bare(theirs) == bare(again), "whether it was so already is not said"


@pytest.mark.parametrize("early", [False, True])
def test_one_of_which_no_mail_told_them_can_be_corrected_too(
    app: Flask, now: datetime, lists: dict[str, Any], opening: Posting, early: bool
) -> None:
    """From their page or feed: after it the opening is not for them any more, and still the page says what was done."""
    if early:
        opening.publish_at, opening.opens_at = now - DAY, now + DAY
    member = post.member(now, lives_in="PT")
    db.session.commit()
    page = press(app, f"/fit/{tokens.fit_of(member.id)}?opening=data", "team")
    assert page.status_code == 200
    assert "Saved. What was changed: " in page.text
    assert "Nothing else was changed." in page.text
    assert values(member)["unwanted_teams"] == ["platform"]


def test_only_an_opening_that_was_theirs_can_be_asked_for(app: Flask, now: datetime, opening: Posting) -> None:
    """Else a link would find out what is early."""
    member = post.member(now, work_modes=["onsite"])
    post.early(now, slug="secret", title="Secret")
    delivery = factories.delivery(member=member, mailing=factories.mailing(purpose="job_alerts"))
    db.session.commit()
    visitor, token = Visitor(app), tokens.fit(delivery.id)
    for slug in ("secret", "nothing", ""):
        assert visitor.get(f"/fit/{token}?opening={slug}").status_code == 404
    for wrong in (token[:-1], tokens.opening(opening.id, delivery.id), "x"):
        assert visitor.get(f"/fit/{wrong}?opening=data").status_code == 404


def test_the_last_of_a_list_is_not_taken_off_as_that_would_mean_all(
    app: Flask, smtp: Smtp, now: datetime, lists: dict[str, Any], opening: Posting
) -> None:
    member = post.member(now, "daily", now, lives_in="PT", places=[lists["porto"]], levels=["senior"])
    path = mailed(app, member, smtp, now)
    for button in ("place:porto", "junior", "senior"):
        page = press(app, path, button)
        assert page.status_code == 422
        assert "Nothing was changed" in page.text
    assert changed(member) == []


def test_too_often_at_one_mail_is_a_pause(app: Flask, smtp: Smtp, now: datetime, opening: Posting) -> None:
    member = post.member(now, "daily", now, lives_in="PT", mails_per_month=1)
    press(app, mailed(app, member, smtp, now), "often")
    assert values(member)["pause_until"] is not None
    assert [set(change.after) for change in changed(member)] == [{"pause_until"}]


@pytest.mark.parametrize("value", ["", "nothing", "place:leeds", "later:1999-01", "levels:senior", "team:x:y" * 99])
def test_a_button_that_is_none_of_ours_is_refused(
    app: Flask, smtp: Smtp, now: datetime, opening: Posting, value: str
) -> None:
    member = post.member(now, "daily", now, lives_in="PT")
    path = mailed(app, member, smtp, now)
    visitor = Visitor(app)
    form = forms(visitor.get(path))[0]
    answer = visitor.send(form, {"correct": value})
    assert answer.status_code == (303 if value.startswith("team") else 400)
    assert len(changed(member)) == (1 if value.startswith("team") else 0)


def test_who_is_signed_in_can_undo_it(app: Flask, smtp: Smtp, now: datetime, opening: Posting) -> None:
    member = post.member(now, "daily", now, lives_in="PT")
    path = mailed(app, member, smtp, now)
    visitor = signed_in(app, member, now)
    form = next(form for form in forms(visitor.get(path)) if "team" in form.offered.getlist("correct"))
    page = arrived(visitor, visitor.send(form, {"correct": "team"}))
    assert changed(member)[0].by == "you"
    undo = next(form for form in forms(page) if "/undo/" in form.action)
    visitor.send(undo)
    assert values(member)["unwanted_teams"] == []


def test_after_a_correction_it_is_not_told_again(app: Flask, smtp: Smtp, now: datetime, opening: Posting) -> None:
    member = post.member(now, "daily", now, lives_in="PT")
    press(app, mailed(app, member, smtp, now), "team")
    factories.posting(title="Another of them", team=db.session.get_one(Team, opening.team_id))
    post.again(member, now)
    post.sweep(now + DAY)
    assert post.send(smtp, now + DAY) == []


def test_somebody_who_was_erased_is_nobody(app: Flask, now: datetime, opening: Posting) -> None:
    delivery = factories.delivery(member=None, mailing=factories.mailing(purpose="job_alerts"))
    db.session.commit()
    page = Visitor(app).get(f"/fit/{tokens.fit(delivery.id)}?opening=data")
    assert "We know nothing of this mail any more" in page.text
