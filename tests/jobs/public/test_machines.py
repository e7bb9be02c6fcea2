"""Openings for machines: by the rules, all that is open, and nothing that is not."""

import json
import re
from datetime import UTC, date, datetime, timedelta
from html import unescape
from typing import Any
from xml.etree import ElementTree as Tree

import pytest
import time_machine
from flask import Flask

from portal import content
from portal.db import db
from portal.jobs.models import Posting, PostingPlace
from portal.jobs.queries.indeed import cdata, without_entities
from tests import factories
from tests.jobs import rules
from tests.pages import PageClient

BASE = "http://127.0.0.1:8000"
PAGES = ("/jobs.atom", "/jobs/indeed.xml", "/sitemap.xml", "/jobs", "/")
HTML = '<h2>The work</h2><p>R&amp;D &lt;now&gt;&nbsp;– <a href="/x?a=1&amp;b=2">more</a>, &amp;amp; so on.</p>'


def markup(page: str) -> dict[str, Any] | None:
    found = re.search(r'<script type="application/ld\+json">(.*?)</script>', page, re.DOTALL)
    given: dict[str, Any] | None = json.loads(found[1]) if found else None
    return given


def words(page: str) -> str:
    """What can be read."""
    return unescape(re.sub("<[^>]*>", "", re.sub(r"<script.*?</script>", "", page, flags=re.DOTALL)))


def opening(now: datetime, **more: Any) -> Posting:
    more = {"slug": "welder", "title": "Welder & <fitter>", "publish_at": now - timedelta(days=3)} | more
    row = factories.posting(**more)
    row.html = HTML
    return row


@pytest.fixture
def kinds(app: Flask, now: datetime) -> None:
    """One of each kind that is not open, and every kind of place for what is."""
    lisbon, leeds = factories.place(name="Lisbon", country="PT"), factories.place(name="Leeds", country="GB")
    germany = factories.place(name="Anywhere in Germany", country="DE", whole_country=True)
    team = factories.team(name="Workshop")
    opening(now, work_modes=["onsite"], places=[lisbon, leeds], team=team, closes_at=now + timedelta(days=9))
    opening(now, slug="hybrid", work_modes=["hybrid"], places=[germany], pay=None, pay_unsaid="Still being agreed.")
    opening(
        now, slug="remote", work_modes=["remote"], places=[leeds], countries=["PT", "DE"], starts_on=date(2027, 1, 4)
    )
    opening(now, slug="anywhere", work_modes=["remote"], countries=["*"], pay=(20, 20, "EUR", "hour"))
    opening(now, slug="both", work_modes=["remote", "onsite"], places=[lisbon], apply_url=f"{BASE}/apply/both")
    opening(now, slug="unknown", work_modes=[], places=[lisbon], countries=[], apply_url="https://ats.example.org/1")
    opening(now, slug="nowhere", work_modes=["remote"], countries=[])
    opening(now, slug="ahead", vacancy=False, work_modes=["onsite"], places=[lisbon])
    opening(now, slug="early", opens_at=now + timedelta(hours=72))
    opening(now, slug="draft", publish_at=None)
    opening(now, slug="over", closed_at=now - timedelta(hours=1))
    db.session.commit()


OPEN = {"welder", "hybrid", "remote", "anywhere", "both", "unknown", "nowhere", "ahead"}
ALL_REMOTE = {"remote", "anywhere", "nowhere"}


@pytest.mark.usefixtures("kinds")
class TestTheRules:
    def test_markup_says_what_is_true(self, client: PageClient, now: datetime) -> None:
        said = {}
        for slug in OPEN:
            page = client.get(f"/jobs/{slug}").text
            said[slug] = given = markup(page)
            if given is not None:
                assert list(rules.markup(given, words(page), slug in ALL_REMOTE, now)) == [], slug
        assert {slug for slug in OPEN if said[slug] is None} == {"nowhere", "ahead"}
        welder, remote, hourly = said["welder"] or {}, said["remote"] or {}, said["anywhere"] or {}
        assert [place["address"]["addressLocality"] for place in welder["jobLocation"]] == ["Lisbon", "Leeds"]
        assert welder["validThrough"] == (now + timedelta(days=9)).isoformat()
        assert [country["name"] for country in remote["applicantLocationRequirements"]] == ["Germany", "Portugal"]
        assert remote["jobStartDate"] == "2027-01-04"
        assert "jobLocation" not in remote
        assert len(hourly["applicantLocationRequirements"]) > 200
        assert hourly["baseSalary"]["value"] == {"@type": "QuantitativeValue", "unitText": "HOUR", "value": 20}
        assert "baseSalary" not in (said["hybrid"] or {})
        assert (said["hybrid"] or {})["jobLocation"] == [
            {"@type": "Place", "address": {"@type": "PostalAddress", "addressCountry": "DE"}}
        ]
        assert [(said[slug] or {})["directApply"] for slug in ("both", "unknown")] == [True, False]
        for given in said.values():
            assert "employmentType" not in (given or {})

    def test_markup_is_on_the_page_of_an_opening_only(self, client: PageClient) -> None:
        for path in ("/", "/jobs", "/jobs/over", "/jobs/early"):
            assert markup(client.get(path).text) is None, path

    def test_no_text_ends_the_markup(self, client: PageClient, now: datetime) -> None:
        opening(now, slug="nasty", title="</script><script>alert(1)</script><!--", work_modes=["remote"])
        db.session.commit()
        page = client.get("/jobs/nasty").text
        assert "<script>alert" not in page
        assert (markup(page) or {})["title"] == "</script><script>alert(1)</script><!--"

    def test_the_feed(self, client: PageClient) -> None:
        answer = client.get("/jobs.atom")
        assert answer.content_type == "application/atom+xml; charset=utf-8"
        assert list(rules.atom(answer.data, f"{BASE}/jobs.atom")) == []
        ids = [entry.findtext(f"{rules.ATOM}id") for entry in Tree.fromstring(answer.data).iter(f"{rules.ATOM}entry")]
        assert set(ids) == {f"{BASE}/jobs/{slug}" for slug in OPEN}

    def test_an_empty_feed(self, client: PageClient) -> None:
        for row in db.session.query(Posting):
            db.session.delete(row)
        db.session.commit()
        assert list(rules.atom(client.get("/jobs.atom").data, f"{BASE}/jobs.atom")) == []
        assert list(rules.indeed(client.get("/jobs/indeed.xml").data)) == []

    def test_indeed_has_all(self, client: PageClient, now: datetime) -> None:
        answer = client.get("/jobs/indeed.xml", headers={"Accept-Language": "de"})
        assert answer.mimetype == "application/xml"
        assert list(rules.indeed(answer.data)) == []
        jobs = Tree.fromstring(answer.data).findall("job")
        assert {job.findtext("requisitionid") for job in jobs} == OPEN
        at = [(job.findtext("city"), job.findtext("country"), job.findtext("remotetype")) for job in jobs]
        by = {
            slug: sorted(
                map(str, (spot for spot, job in zip(at, jobs, strict=True) if job.findtext("requisitionid") == slug))
            )
            for slug in OPEN
        }
        assert by["welder"] == ["('Leeds', 'GB', None)", "('Lisbon', 'PT', None)"]
        assert by["remote"] == ["(None, 'DE', 'Fully remote')", "(None, 'PT', 'Fully remote')"]
        assert by["hybrid"] == ["(None, 'DE', 'Hybrid remote')"]
        assert by["anywhere"] == ["(None, None, 'Fully remote')"]
        assert by["both"] == by["unknown"] == ["('Lisbon', 'PT', None)"]
        welder = next(job for job in jobs if job.findtext("requisitionid") == "welder")
        assert welder.findtext("title") == "Welder & <fitter>"
        assert welder.findtext("description") == "<h2>The work</h2><p>R&D ‹now›\xa0– more, ＆amp; so on.</p>"
        assert welder.findtext("date") == (now - timedelta(days=3)).isoformat()
        assert welder.findtext("salary") == "€ 50,000 – 60,000 a year"
        assert welder.findtext("category") == "Workshop"

    def test_indeed_never_counts_anew(self, client: PageClient, now: datetime) -> None:
        """A number stays when the opening changes, gets one more place, or others come and go."""

        def numbers() -> set[str | None]:
            jobs = Tree.fromstring(client.get("/jobs/indeed.xml").data).findall("job")
            return {job.findtext("referencenumber") for job in jobs}

        before = numbers()
        welder = db.session.query(Posting).filter_by(slug="welder").one()
        welder.title, welder.changed_at, welder.pay_max = "Senior welder", now, 99_000
        db.session.delete(db.session.query(Posting).filter_by(slug="unknown").one())
        opening(now, slug="new", work_modes=["onsite"], publish_at=now)
        db.session.add(PostingPlace(posting_id=welder.id, place_id=factories.place(name="York", country="GB").id))
        content.touch()
        db.session.commit()
        after = numbers()
        assert {number for number in before if not str(number).startswith("unknown")} <= after
        assert {str(number).split(".")[0] for number in after - before} == {"new", "welder"}

    def test_the_map(self, client: PageClient, now: datetime) -> None:
        answer = client.get("/sitemap.xml")
        assert list(rules.sitemap(answer.data)) == []
        found = {u.findtext(f"{rules.MAP}loc"): u.findtext(f"{rules.MAP}lastmod") for u in Tree.fromstring(answer.data)}
        assert {f"{BASE}/jobs", *(f"{BASE}/jobs/{slug}" for slug in OPEN)} <= set(found)
        assert found[f"{BASE}/jobs/welder"] == (now - timedelta(days=3)).date().isoformat()

    @pytest.mark.parametrize("slug", ["early", "draft", "over"])
    def test_what_is_not_open_is_nowhere(self, client: PageClient, slug: str) -> None:
        for path in (*PAGES, *(f"/jobs/{other}" for other in OPEN), "/jobs?q=welder"):
            assert f"/jobs/{slug}" not in client.get(path).text, path

    def test_machines_are_led_there(self, client: PageClient) -> None:
        page = client.get("/jobs").text
        assert '<link rel="alternate" type="application/atom+xml" href="/jobs.atom"' in page


class TestByTime:
    def test_an_early_one_comes_and_a_closed_one_goes_without_the_worker(self, client: PageClient) -> None:
        at = datetime(2026, 11, 27, 10, tzinfo=UTC)
        opening(at, publish_at=at, opens_at=at + timedelta(hours=72), closes_at=at + timedelta(hours=96), state="draft")
        db.session.commit()
        shown = []
        for hours in (-1, 71, 73, 97):
            with time_machine.travel(at + timedelta(hours=hours), tick=False):
                shown.append([b"/jobs/welder" in client.get(path).data for path in PAGES])
        assert shown == [[False] * 5, [False] * 5, [True] * 5, [False] * 5]


def test_sections_hold_any_text() -> None:
    for text in ("a]]>b", "]]>", "\x00\x0b\ufffe!", "]]]]>>"):
        section = str(cdata(text))
        assert Tree.fromstring(f"<a>{section}</a>").text == text.translate(dict.fromkeys((0, 11, 0xFFFE)))


def test_entities_become_characters() -> None:
    assert without_entities("<p>a &lt; b &amp;lt; &eacute; &#8364; AT&amp;T; &unknown;</p>") == (
        "<p>a ‹ b ＆lt; é € AT＆T; ＆unknown;</p>"
    )
