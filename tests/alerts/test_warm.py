"""Rediscovery: whom an opening is for of the people we know, why, and telling them first."""

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from html import unescape
from typing import Any

import pytest
from flask import Flask

from portal.alerts.queries import warm
from portal.audience.models import MemberTeam
from portal.audience.queries import catalogue, count
from portal.db import db
from portal.jobs.models import Posting
from portal.jobs.queries.wanted import by_slugs
from portal.members.models import Member, Profile
from portal.staff.models import Recruiter
from portal.writing import queries as writing
from tests import factories
from tests.pages import PageClient

AtDesk = Callable[..., PageClient]
PAGE = "/desk/jobs/data-engineer/people"


@pytest.fixture
def me(app: Flask) -> Recruiter:
    return factories.recruiter(name="Tom Reed", title="Talent")


@pytest.fixture
def data(app: Flask) -> Any:
    return factories.interest(slug="data-engineering", name="Data engineering")


@pytest.fixture
def opening(data: Any, now: datetime) -> Posting:
    return factories.posting(
        slug="data-engineer", title="Data engineer", interests=[data], countries=["PT"], publish_at=now,
        opens_at=now + timedelta(hours=72), state="early",
    )  # fmt: skip


@pytest.fixture
def fitting(data: Any) -> Callable[..., Member]:
    """Somebody whom the opening is for, and when they last did something here."""

    def make(name: str, contact_at: datetime | None, **values: Any) -> Member:
        member = factories.member(name=name, interests=[data], work_modes=["remote"], lives_in="PT", **values)
        member.contact_at = contact_at
        db.session.flush()
        return member

    return make


def found(me: Recruiter, now: datetime) -> list[str]:
    with catalogue.at_once():
        rows, _more = warm.warm(by_slugs(["data-engineer"])[0], me, now)
    return [row.name for row in rows]


def letter(member: Member, at: datetime, state: str = "accepted", purpose: str = "check_ins") -> None:
    mailing = factories.mailing(kind="letter", purpose=purpose)
    factories.delivery(member=member, mailing=mailing, state=state, first_at=at)


def words(answer: Any) -> str:
    return " ".join(unescape(re.sub("<[^>]*>", " ", answer.get_data(as_text=True))).split())


def text_of(location: str) -> str:
    """What a newsletter says that was begun just now."""
    piece = writing.find("issue", location.split("/")[-1])
    version = writing.current(piece) if piece else None
    return version.text if version else ""


def test_warm_is_who_was_here_or_was_written_to_within_a_year(
    opening: Posting, fitting: Callable[..., Member], me: Recruiter, now: datetime
) -> None:
    days = timedelta(days=1)
    fitting("Here lately", now - days)
    fitting("Here a year ago", now - 365 * days)
    fitting("Here long ago", now - 366 * days)
    fitting("Never here", None)
    letter(fitting("Written to", now - 400 * days), now - 2 * days)
    letter(fitting("Written to long ago", None), now - 366 * days)
    letter(fitting("Not reached", None), now, state="bounced")
    letter(fitting("Newsletter only", None), now, purpose="newsletter")
    letter(fitting("Both", now - 3 * days), now)
    other = factories.member(name="Chose something else", interests=[factories.interest()])
    other.contact_at = now
    db.session.flush()
    assert found(me, now) == ["Both", "Here lately", "Written to", "Here a year ago"]
    assert count(warm.rule("data-engineer"), now) == 4, "the segment says the same"


def test_whoever_hides_from_me_is_not_listed(
    opening: Posting, fitting: Callable[..., Member], me: Recruiter, now: datetime
) -> None:
    team = factories.team(name="Talent")
    hides, likes = fitting("Hides from Tom", now), fitting("Likes Tom", now)
    db.session.add(Profile(member_id=hides.id, hidden_people="Tom Reed"))
    db.session.add(MemberTeam(member_id=fitting("Hides from the team", now).id, team_id=team.id, kind="hidden_from"))
    db.session.flush()
    assert found(me, now) == [likes.name]
    with catalogue.at_once():
        looked_up = warm.looked_up(by_slugs(["data-engineer"])[0], "tom", me, now)
    assert [row.name for row in looked_up] == ["Likes Tom"]


def test_the_page_says_why_and_when_and_what_is_left(
    at_desk: AtDesk, opening: Posting, fitting: Callable[..., Member], me: Recruiter, now: datetime
) -> None:
    """Within fifteen statements, as the client asserts, however many they are."""
    member = fitting(
        "Ana Holm", datetime(2026, 3, 3, 12, tzinfo=now.tzinfo), agreed_to=["newsletter"], levels=["senior"]
    )
    member.contact_at = now - timedelta(days=2)
    factories.slot(delivery=factories.delivery(member=member, state="accepted"), taken_at=now - timedelta(days=1))
    for n in range(60):
        fitting(f"Bo {n}", now - timedelta(days=3, minutes=n))
    said = words(at_desk(me).get(PAGE))
    assert "Who fits: Data engineer" in said
    assert "Ana Holm Data engineering · Remote · lives in Portugal · Senior" in said
    assert "3 of 4 mails in 30 days left" in said
    assert "Newsletter Bo 0" in said
    assert "50 people" in said
    assert "There are more" in said
    assert "Bo 48" in said
    assert "Bo 49" not in said


def test_looking_somebody_up_says_why_not_and_never_the_pay(
    at_desk: AtDesk, opening: Posting, fitting: Callable[..., Member], me: Recruiter, now: datetime
) -> None:
    factories.member(name="Ana Holm", work_modes=["onsite"])
    paid = fitting("Ana Fal", now)
    db.session.add(Profile(member_id=paid.id, pay_floor=61_000, pay_currency="EUR", pay_per="year"))
    fitting("Ana Right", now)
    said = words(at_desk(me).get(f"{PAGE}?q=ana"))
    assert "Ana Holm It is not for them. They want to work in another way" in said
    assert "Ana Fal It is not for them. Something stands against it that they set for themselves alone." in said
    assert "61" not in said
    assert "Ana Right Data engineering · Remote" in said
    assert "Nobody is found by that" in words(at_desk(me).get(f"{PAGE}?q=xyz"))
    assert "Nobody is found by that" in words(at_desk(me).get(f"{PAGE}?q=%00%F0%9F%A6%94"))


def test_telling_them_first_begins_a_newsletter_to_them(
    at_desk: AtDesk, opening: Posting, fitting: Callable[..., Member], me: Recruiter, now: datetime
) -> None:
    fitting("Ana Holm", now, agreed_to=["newsletter"])
    db.session.commit()
    browser = at_desk(me)
    answer = browser.post(PAGE)
    assert answer.status_code == 303
    slug = "in-touch-and-right-for-data-engineer"
    assert answer.location == f"/desk/newsletters/new?segment={slug}&subject=Data+engineer"
    assert browser.post(PAGE).location == answer.location, "there is one segment of it"
    page = browser.get(answer.location).get_data(as_text=True)
    assert "It goes to: In touch, and right for: Data engineer" in page
    assert 'value="Data engineer"' in page
    begun = browser.post("/desk/newsletters/new", data={"subject": "Data engineer", "segment": slug})
    assert f"segment: {slug}\n" in text_of(begun.location)
    who = words(browser.get(f"/desk/newsletters/{begun.location.split('/')[-1]}/who"))
    assert "In touch, and right for: Data engineer" in who


def test_a_segment_that_there_is_not_is_left_out(at_desk: AtDesk, me: Recruiter) -> None:
    browser = at_desk(me)
    assert "It goes to" not in words(browser.get("/desk/newsletters/new?segment=gone&subject=Hello"))
    begun = browser.post("/desk/newsletters/new", data={"subject": "Hello", "segment": "gone"})
    assert "segment" not in text_of(begun.location)


@pytest.mark.parametrize(
    ("says", "words_"),
    [
        ({"state": "draft", "publish_at": None}, "Nobody is told of it yet"),
        ({"state": "closed", "closed_at": factories.LONG_AGO}, "It is closed"),
        ({"pay": None}, "It does not say what it pays"),
        ({}, "Nobody yet"),
    ],
)
def test_an_empty_page_says_why(at_desk: AtDesk, me: Recruiter, says: dict[str, Any], words_: str) -> None:
    factories.posting(slug="data-engineer", **says)
    browser = at_desk(me)
    answer = browser.get(PAGE)
    assert words_ in words(answer)
    assert "Tell them first" not in words(answer)
    if says.get("state"):
        assert browser.post(PAGE).status_code == 409


def test_an_opening_that_there_is_not(at_desk: AtDesk, me: Recruiter) -> None:
    browser = at_desk(me)
    assert browser.get("/desk/jobs/nothing/people").status_code == 404
    assert browser.post("/desk/jobs/nothing/people").status_code == 404
