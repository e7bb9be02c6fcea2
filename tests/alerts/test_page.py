"""A member's own page of openings, their private feed and their calendar: the same matcher, early ones included."""

import re
from datetime import UTC, datetime
from typing import Any
from xml.etree import ElementTree

import pytest
from flask import Flask
from icalendar import Calendar

from portal.alerts.models import AlertSetting
from portal.alerts.queries import tokens
from portal.audience.actions import consent
from portal.db import db
from portal.members.models import Member
from tests import factories
from tests.alerts import post
from tests.alerts.post import DAY
from tests.audience.visitor import Visitor, forms, signed_in

ATOM = "{http://www.w3.org/2005/Atom}"


@pytest.fixture
def ana(app: Flask, now: datetime) -> Member:
    """Remote only, from Portugal."""
    data = factories.interest(slug="data", name="Data engineering")
    factories.posting(title="Data engineer", slug="data", interests=[data], countries=["PT"],
                      publish_at=now - 2 * DAY, closes_at=datetime(2031, 3, 4, tzinfo=UTC))  # fmt: skip
    factories.posting(title="On the spot", slug="spot", interests=[data], work_modes=["onsite"])
    factories.posting(title="Nobody knows how", slug="unclear", interests=[data], work_modes=[])
    post.early(now, title="Firmware engineer", slug="firmware", interests=[data])
    db.session.flush()
    return post.member(
        now, "weekly", now + DAY, name="Ana", interests=[data], work_modes=["remote"], lives_in="PT",
        time_zone="Europe/Lisbon",
    )  # fmt: skip


def main(page: Any) -> str:
    found: str = page.text.split("<main", 1)[1].split("</main", 1)[0]
    return found


def setting(member: Member) -> AlertSetting:
    db.session.expire_all()
    return db.session.get_one(AlertSetting, member.id)


def test_what_fits_with_why_and_nothing_that_was_ruled_out(app: Flask, now: datetime, ana: Member) -> None:
    page = main(signed_in(app, ana, now).get("/me/openings"))
    assert "For you, because you chose Data engineering and remote, and it may be done from Portugal." in page
    assert page.index("Firmware engineer") < page.index("Data engineer<")
    assert "Members first, until" in page
    assert 'href="/jobs/data"' in page
    assert "/jobs/firmware" not in page
    assert "On the spot" not in page
    assert "Nobody knows how" not in page
    early = re.search(r'href="(/openings/[^"]+/firmware)"', page)
    assert early
    assert "Firmware engineer" in Visitor(app).get(early[1]).text
    assert "3 March 2031" in page


def test_the_correction_beside_it_works_from_the_page(app: Flask, now: datetime, ana: Member) -> None:
    visitor = signed_in(app, ana, now)
    path = re.search(r'href="(/fit/[^"]+opening=data)"', main(visitor.get("/me/openings")))
    assert path
    assert "Nothing has been changed yet." in visitor.get(path[1]).text


@pytest.mark.parametrize(("every", "said", "due"), [
    ("at_once", "As it happens.", True), ("daily", "Once a day, at 7:00 in Lisbon.", True),
    ("weekly", "Once a week, on Friday at 7:00 in Lisbon.", True),
    ("feed", "No mail of openings, only the private feed and calendar.", False),
])  # fmt: skip
def test_how_often_is_saved_without_a_script(
    app: Flask, now: datetime, ana: Member, every: str, said: str, due: bool
) -> None:
    visitor = signed_in(app, ana, now)
    form = next(form for form in forms(visitor.get("/me/openings")) if "every" in form.offered)
    answer = visitor.send(form, {"every": every, "weekday": "4", "hour": "7"})
    assert (answer.status_code, answer.location) == (303, "/me/openings")
    assert said in visitor.get("/me/openings").text
    row = setting(ana)
    assert (row.every, row.weekday, row.hour) == (every, 4, 7)
    assert (row.next_at is not None) == due


@pytest.mark.parametrize("wrong", [{"every": "hourly"}, {"weekday": "7"}, {"hour": "24"}, {"hour": "x"}])
def test_what_cannot_be_chosen_is_said_and_nothing_saved(
    app: Flask, now: datetime, ana: Member, wrong: dict[str, str]
) -> None:
    visitor = signed_in(app, ana, now)
    form = next(form for form in forms(visitor.get("/me/openings")) if "every" in form.offered)
    answer = visitor.send(form, {"every": "daily", "weekday": "4", "hour": "7"} | wrong)
    assert answer.status_code == 422
    assert "Choose one of" in answer.text
    assert (setting(ana).every, setting(ana).hour) == ("weekly", 9)


def test_settings_are_made_where_the_worker_has_not_been_yet(app: Flask, now: datetime) -> None:
    member = factories.member(agreed_to=["job_alerts"])
    db.session.commit()
    visitor = signed_in(app, member, now)
    page = visitor.get("/me/openings")
    assert "They are being made." in page.text
    assert db.session.get(AlertSetting, member.id) is None
    form = next(form for form in forms(page) if "every" in form.offered)
    visitor.send(form, {"every": "daily"})
    assert setting(member).feed_nonce


def test_without_the_agreement_there_are_matches_and_no_mail(app: Flask, now: datetime, ana: Member) -> None:
    consent.withdraw(ana.id, "job_alerts", "preferences", "-", now)
    page = main(signed_in(app, ana, now).get("/me/openings"))
    assert "You get no mail of openings" in page
    assert "Data engineer" in page
    assert "/feeds/" not in page


def test_nothing_that_fits_says_what_to_do(app: Flask, now: datetime) -> None:
    page = main(signed_in(app, post.member(now, "weekly", now), now).get("/me/openings"))
    assert "Nothing fits at the moment" in page


def addresses(app: Flask, member: Member, now: datetime) -> tuple[str, str]:
    page = main(signed_in(app, member, now).get("/me/openings"))
    found = re.findall(r'href="http://127\.0\.0\.1:8000(/feeds/[^"]+)"', page)
    assert len(found) == 2
    return found[0], found[1]


def test_the_feed_has_the_same_openings_early_ones_by_their_own_link(app: Flask, now: datetime, ana: Member) -> None:
    atom, _ics = addresses(app, ana, now)
    answer = Visitor(app).get(atom)
    assert answer.mimetype == "application/atom+xml"
    assert answer.headers["X-Robots-Tag"] == "noindex"
    assert answer.headers["Cache-Control"].startswith("private")
    assert "Set-Cookie" not in answer.headers
    feed = ElementTree.fromstring(answer.data)
    titles = [entry.findtext(f"{ATOM}title") for entry in feed.findall(f"{ATOM}entry")]
    assert titles == ["Firmware engineer", "Data engineer"]
    summary = feed.findtext(f"{ATOM}entry/{ATOM}summary") or ""
    assert "Members first" in summary
    assert "because you chose Data engineering" in summary
    for entry in feed.findall(f"{ATOM}entry"):
        link = entry.find(f"{ATOM}link")
        assert link is not None
        path = link.attrib["href"].removeprefix("http://127.0.0.1:8000")
        assert Visitor(app).get(path).status_code in {200, 302}
        assert entry.findtext(f"{ATOM}id") == link.attrib["href"]
    assert "Ana" not in answer.text
    assert ana.address not in answer.text


def test_the_calendar_has_their_last_days(app: Flask, now: datetime, ana: Member) -> None:
    _atom, ics = addresses(app, ana, now)
    answer = Visitor(app).get(ics)
    assert answer.mimetype == "text/calendar"
    assert answer.headers["X-Robots-Tag"] == "noindex"
    [event] = Calendar.from_ical(answer.data).walk("VEVENT")
    assert str(event["summary"]) == "Last day to apply: Data engineer"
    assert event["dtstart"].dt.isoformat() == "2031-03-03"
    assert event["transp"] == "TRANSPARENT"


def test_new_addresses_end_the_old_ones(app: Flask, now: datetime, ana: Member) -> None:
    before = addresses(app, ana, now)
    visitor = signed_in(app, ana, now)
    form = next(form for form in forms(visitor.get("/me/openings")) if form.action.endswith("/addresses"))
    assert visitor.send(form).status_code == 303
    after = addresses(app, ana, now)
    assert {Visitor(app).get(path).status_code for path in before} == {404}
    assert {Visitor(app).get(path).status_code for path in after} == {200}


def test_whoever_takes_the_agreement_back_has_no_feed(app: Flask, now: datetime, ana: Member) -> None:
    paths = addresses(app, ana, now)
    consent.withdraw(ana.id, "job_alerts", "one-click", "-", now)
    db.session.commit()
    assert {Visitor(app).get(path).status_code for path in paths} == {404}


@pytest.mark.parametrize("token", ["x", "nonce-1", "nonce-1.AAAAAAAAAAAAAAA"])
def test_an_address_that_is_none_of_ours_is_not_there(app: Flask, now: datetime, ana: Member, token: str) -> None:
    for kind in ("atom", "ics"):
        assert Visitor(app).get(f"/feeds/{token}.{kind}").status_code == 404
        assert Visitor(app).get(f"/feeds/{tokens.feed('another')}.{kind}").status_code == 404


def test_the_feed_says_what_the_mail_would(app: Flask, now: datetime, ana: Member) -> None:
    """One matcher: page, feed, mail."""
    atom, _ics = addresses(app, ana, now)
    fed = set(re.findall(r"<title>(.*?)</title>", Visitor(app).get(atom).text)[1:])
    post.again(ana, now)
    post.sweep(now)
    assert {"firmware", "data"} == post.heard(ana)
    assert fed == {"Firmware engineer", "Data engineer"}
