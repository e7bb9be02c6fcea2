"""One opening as it is read; one that is not open is not there; one that is over says so kindly."""

import re
from datetime import date, datetime, timedelta
from typing import Any

import pytest
import time_machine
from flask import Flask, render_template
from sqlalchemy import select

from portal.audience.models import Interest
from portal.db import db
from portal.jobs.models import Posting, Process
from portal.jobs.queries.page import page_of
from portal.jobs.queries.steps import after, steps
from tests import factories
from tests.pages import PageClient

STAGES = [
    {"key": "read", "shown_as": "We read it", "means": "Two people read it.", "promise": 5},
    {"key": "talk", "shown_as": "We talk", "means": "An hour.", "promise": 10},
    {"key": "decide", "shown_as": "We decide", "means": ""},
    {"key": "start", "shown_as": "You start", "means": "", "promise": 3},
]


@pytest.fixture
def full(app: Flask, now: datetime) -> Posting:
    """An opening that says all there is to say."""
    db.session.add(Process(slug="usual", name="The usual way", stages=STAGES, digest=b""))
    data = factories.interest(slug="data", name="Data engineering")
    factories.insight(slug="wrong", title="Every instrument is wrong", interests=[data])
    row = factories.posting(
        slug="engineer", title="Field data engineer", team=factories.team(name="Field data"), interests=[data],
        work_modes=["remote", "hybrid"], places=[factories.place(name="Lisbon")], countries=["PT", "DE"],
        process="usual", questions=["Do you like puzzles?"], apply_url="https://ats.example.org/apply/7",
        closes_at=now + timedelta(days=20), starts_on=date(2027, 2, 1),
    )  # fmt: skip
    row.html = "<h2>The work</h2><p>You <em>calibrate</em> &amp; measure.</p><h2>What is hard here</h2><p>Mud.</p>"
    db.session.commit()
    return row


def open_opening(**more: Any) -> None:
    factories.posting(**({"slug": "one"} | more))
    db.session.commit()


class TestWhatItSays:
    def test_all_that_is_known(self, client: PageClient, full: Posting) -> None:
        page = client.get("/jobs/engineer").text
        for words in (
            "<h1>Field data engineer</h1>", "<h2>What is hard here</h2>", "You <em>calibrate</em> &amp; measure.",
            "€ 50,000 – 60,000 a year", "Remote or hybrid", "Germany or Portugal", "Lisbon", "Field data", "Senior",
            "1 February 2027", "Do you like puzzles?", 'href="https://ats.example.org/apply/7"', "You apply on ats.example.org.",
            "Every instrument is wrong", 'href="/insights/wrong"', 'href="/jobs?interest=data"', "Hear first next time",
            '<link rel="canonical" href="http://127.0.0.1:8000/jobs/engineer">', 'content="You calibrate &amp; measure."',
        ):  # fmt: skip
            assert words in page, words
        assert "noindex" not in page

    def test_what_nobody_has_said_is_said_to_be_unsaid(self, client: PageClient) -> None:
        open_opening(
            work_modes=[], pay=None, pay_unsaid="We agree on it with the works council.", level=None, countries=[]
        )
        page = client.get("/jobs/one").text
        for words in (
            "What it pays is not said", "We agree on it with the works council.", "Not settled yet.",
            "Until we have found somebody", "How to apply is not said here yet.",
        ):  # fmt: skip
            assert words in page, words
        for words in ("Remote from", "Level", "Ask yourself first", "From your application", "Not a vacancy"):
            assert words not in page.split("<main")[1], words

    def test_remote_without_countries_and_no_vacancy(self, client: PageClient) -> None:
        open_opening(work_modes=["remote"], countries=[], vacancy=False, pay=None)
        page = client.get("/jobs/one").text
        assert "Not said yet from which countries." in page
        assert "Not a vacancy yet" in page
        assert "Ask us before you apply: we owe you an answer." in page

    @pytest.mark.parametrize(
        ("pay", "words"),
        [
            ((None, 60_000, "EUR", "year"), "up to € 60,000 a year"), ((18, 18, "GBP", "hour"), "£ 18 an hour"),
            ((2_000, 2_500, "CHF", "month"), "CHF 2,000 – 2,500 a month"),
        ],
    )  # fmt: skip
    def test_what_it_pays(self, client: PageClient, pay: Any, words: str) -> None:
        open_opening(pay=pay)
        assert words in client.get("/jobs/one").text.replace("\xa0", " ")

    @pytest.mark.parametrize(
        ("url", "words"),
        [
            ("mailto:jobs@example.org", "You apply by mail to jobs@example.org."), ("javascript:alert(1)", "How to apply is not said"),
            ("http://127.0.0.1:8000/apply/1", "You apply here."), ("//evil.example/x", "How to apply is not said"),
            ("data:text/html,x", "How to apply is not said"), ("https://", "How to apply is not said"),
        ],
    )  # fmt: skip
    def test_where_the_button_leads(self, client: PageClient, url: str, words: str) -> None:
        open_opening(apply_url=url)
        page = client.get("/jobs/one").text
        assert words in page
        assert ("javascript:" in page or 'href="//evil' in page or 'href="data:' in page) is False

    @pytest.mark.parametrize(
        ("modes", "countries", "words"),
        [
            (["remote"], ["*"], "Remote from anywhere"), (["remote"], ["PT", "DE"], "Remote from Germany or Portugal"),
            (["remote", "hybrid"], ["PT"], "Remote (from Portugal) or hybrid"), (["remote", "onsite"], [], "Remote or on site"),
            (["hybrid", "onsite"], ["PT"], "Hybrid or on site"), ([], ["PT"], "Work mode not said yet"),
        ],
    )  # fmt: skip
    def test_how_one_works_in_a_list(self, client: PageClient, modes: Any, countries: Any, words: str) -> None:
        open_opening(work_modes=modes, countries=countries)
        line = client.get("/jobs").text.split("#map-pin")[1].split("</li>")[0]
        assert line.split("</svg>")[1].strip() == words

    def test_openings_near_to_it(self, client: PageClient, full: Posting, now: datetime) -> None:
        (data,) = db.session.scalars(select(Interest))
        factories.posting(slug="team", publish_at=now - timedelta(days=1)).team_id = full.team_id
        factories.posting(slug="about", interests=[data])
        factories.posting(slug="about-early", interests=[data], opens_at=now + timedelta(days=1))
        factories.posting(slug="far", interests=[factories.interest(slug="x")])
        db.session.commit()
        near = client.get("/jobs/engineer").text.split("Openings near to this")[1]
        assert re.findall('href="/jobs/([^"]+)"', near) == ["about", "team"]

    def test_in_other_languages_it_says_that_the_opening_is_foreign(self, client: PageClient, full: Posting) -> None:
        page = client.get("/jobs/engineer", headers={"Accept-Language": "de"}).text
        assert '<html lang="de">' in page
        assert '<h1 lang="en">Field data engineer</h1>' in page
        assert '<div class="article" lang="en">' in page
        assert 'lang="en">Field data engineer</a>' in client.get("/jobs", headers={"Accept-Language": "de"}).text
        assert 'class="notice info"' in page
        assert 'class="notice info"' not in client.get("/jobs/engineer").text

    def test_no_author_text_is_a_template(self, client: PageClient) -> None:
        code = "{{ 7 * 7 }} {% if 1 %} {{ config }}"
        open_opening(title=code, questions=[code], pay=None, pay_unsaid=code)
        page = client.get("/jobs/one").text
        assert page.count("{{ 7 * 7 }}") >= 3
        assert "49" not in page.split("<main")[-1]


class TestWhoSeesIt:
    def test_what_is_early_a_draft_or_never_there_is_the_same(self, client: PageClient, now: datetime) -> None:
        factories.posting(slug="early", opens_at=now + timedelta(hours=72), publish_at=now - timedelta(hours=1))
        factories.posting(slug="draft", publish_at=None)
        factories.posting(slug="later", publish_at=now + timedelta(hours=1))
        factories.posting(
            slug="never-open",
            publish_at=now - timedelta(hours=3),
            opens_at=now + timedelta(hours=1),
            closed_at=now - timedelta(hours=2),
        )
        factories.posting(
            slug="closed-early",
            publish_at=now - timedelta(hours=3),
            opens_at=now - timedelta(hours=1),
            closed_at=now - timedelta(hours=2),
        )
        db.session.commit()
        absent = client.get("/jobs/absent")
        assert absent.status_code == 404
        same = {name: value for name, value in absent.headers.items() if name != "X-Request-Id"}
        for slug in ("early", "draft", "later", "never-open", "closed-early"):
            for method in ("GET", "HEAD"):
                answer = client.open(f"/jobs/{slug}", method=method)
                assert answer.status_code == 404, slug
                assert answer.data == (absent.data if method == "GET" else b""), slug
                found = {name: value for name, value in answer.headers.items() if name != "X-Request-Id"}
                assert found == same, slug

    def test_what_is_over_says_so_kindly(self, client: PageClient, full: Posting, now: datetime) -> None:
        near = factories.posting(slug="near", publish_at=now - timedelta(days=1))
        near.team_id, full.closed_at = full.team_id, now - timedelta(minutes=1)
        db.session.commit()
        answer = client.get("/jobs/engineer")
        assert answer.status_code == 410
        for words in (
            "This opening is closed",
            "Field data engineer",
            "nothing changes for you",
            "/jobs/near",
            "noindex",
            "/join",
        ):
            assert words in answer.text, words
        for words in ("calibrate", "ats.example.org", "ld+json"):
            assert words not in answer.text, words
        assert answer.headers["Cache-Control"] == "no-store"

    def test_with_nothing_near_it_shows_what_is_open(self, client: PageClient, full: Posting, now: datetime) -> None:
        full.closed_at = now - timedelta(minutes=1)
        factories.posting(slug="far")
        db.session.commit()
        part = client.get("/jobs/engineer").text.split("Open right now")[1]
        assert "/jobs/far" in part

    def test_reopened_it_is_there_again(self, client: PageClient, full: Posting, now: datetime) -> None:
        full.closed_at = now - timedelta(minutes=1)
        db.session.commit()
        assert client.get("/jobs/engineer").status_code == 410
        full.closed_at = None
        db.session.commit()
        assert client.get("/jobs/engineer").status_code == 200

    def test_the_early_page_leads_nobody_to_a_public_address(self, app: Flask, now: datetime) -> None:
        row = factories.posting(slug="secret", opens_at=now + timedelta(hours=72), publish_at=now)
        with app.test_request_context("/openings/x/secret"):
            page = render_template("jobs/show.html", opening=page_of(row, now), early=True)
        assert "Members first until" in page
        assert "noindex" in page
        assert "/jobs/secret" not in page
        assert "ld+json" not in page
        assert "Hear first next time" not in page


class TestTheProcess:
    def test_days_for_who_applies_today(self, client: PageClient, full: Posting) -> None:
        with time_machine.travel(datetime.fromisoformat("2026-11-27T12:00:00+00:00"), tick=False):  # a Friday
            full.publish_at = full.opens_at = datetime.fromisoformat("2026-11-26T12:00:00+00:00")
            full.closes_at = None
            db.session.commit()
            page = client.get("/jobs/engineer").text
        part = page.split('id="process"')[1].split("</section>")[0]
        for words in ("We read it", "4 December 2026", "We talk", "18 December 2026", "We decide", "You start"):
            assert words in part, words
        assert part.count("<time") == 2

    @pytest.mark.parametrize(
        ("day", "days", "expected"),
        [
            ("2026-11-27", 0, "2026-11-27"), ("2026-11-27", 1, "2026-11-30"), ("2026-11-28", 1, "2026-11-30"),
            ("2026-11-29", 1, "2026-11-30"), ("2026-11-30", 5, "2026-12-07"), ("2026-11-27", 10, "2026-12-11"),
        ],
    )  # fmt: skip
    def test_working_days(self, day: str, days: int, expected: str) -> None:
        assert after(date.fromisoformat(day), days) == date.fromisoformat(expected)

    def test_without_a_process_there_is_none(self) -> None:
        assert list(steps(None, date(2026, 11, 27))) == []
