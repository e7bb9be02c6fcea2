"""Articles as they are read."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from xml.etree import ElementTree

import pytest
import time_machine
from flask import Flask

from portal import content
from portal.audience import files as audience_files
from portal.db import db
from portal.insights import files
from tests import factories
from tests.audience.visitor import signed_in
from tests.content import folders
from tests.pages import PageClient

ATOM = "{http://www.w3.org/2005/Atom}"
Sync = Callable[[], None]


@pytest.fixture
def sync(app: Flask, folder: Path, now: datetime) -> Sync:
    def run() -> None:
        audience_files.sync(folder, now)
        files.sync(folder, now)
        db.session.commit()

    return run


def titles(page: str) -> list[str]:
    """The articles that a page lists, in order."""
    return [part.split('"')[0] for part in page.split("<main", 1)[1].split('href="/insights/')[1:]]


class TestTheList:
    def test_the_newest_stands_first(self, client: PageClient, folder: Path, sync: Sync) -> None:
        folders.insight(folder, "older", published="2026-03-01")
        folders.insight(folder, "newer", published="2026-03-03", members_only=True)
        sync()
        page = client.get("/insights").text
        assert titles(page) == ["newer", "older"]
        assert page.count("For members") == 1

    def test_what_is_not_out_yet_is_not_there(self, client: PageClient, folder: Path, sync: Sync) -> None:
        folders.insight(folder, "later", published="2026-12-24", interests=["statistics"])
        sync()
        with time_machine.travel(datetime(2026, 12, 23, 23, 59, 30, tzinfo=UTC), tick=False) as time:
            assert "Nothing to read yet" in client.get("/insights").text
            assert client.get("/insights/later").status_code == 404
            assert client.get("/insights?interest=statistics").status_code == 404
            assert "later" not in client.get("/insights.atom").text
            time.shift(timedelta(minutes=2))
            assert titles(client.get("/insights").text) == ["later"]
            assert client.get("/insights/later").status_code == 200

    def test_by_interest(self, client: PageClient, folder: Path, sync: Sync) -> None:
        folders.insight(folder, "data", interests=["data-engineering", "statistics"])
        folders.insight(folder, "baths", interests=["calibration"])
        sync()
        page = client.get("/insights?interest=statistics").text
        assert titles(page) == ["data"]
        assert '<a href="/insights?interest=statistics" aria-current="page">Statistics</a>' in page
        for name in ("Data engineering", "Calibration"):
            assert f">{name}</a>" in page
        answer = client.get("/insights?interest=zebra")
        assert answer.status_code == 404
        assert "Nothing is written about that yet." in answer.text

    def test_ten_on_a_page(self, client: PageClient, folder: Path, sync: Sync) -> None:
        for number in range(1, 22):
            folders.insight(folder, f"n{number:02}", published=f"2026-03-{number:02}")
        sync()
        assert titles(client.get("/insights").text) == [f"n{n:02}" for n in range(21, 11, -1)]
        second = client.get("/insights?interest=calibration&page=2").text
        assert titles(second) == [f"n{n:02}" for n in range(11, 1, -1)]
        assert 'href="/insights?interest=calibration"' in second.split("Newer")[0].rsplit("<nav", 1)[1]
        assert 'href="/insights?interest=calibration&amp;page=3"' in second
        last = client.get("/insights?page=3").text
        assert titles(last) == ["n01"]
        assert "Older" not in last
        for wrong in ("4", "0", "01", "-1", "x", "99999"):
            assert client.get(f"/insights?page={wrong}").status_code == 404, wrong

    def test_with_nothing_written_it_says_what_to_do(self, client: PageClient) -> None:
        page = client.get("/insights").text
        assert "The first insight is being written. Join, and you hear of it when it is there." in page


class TestAnArticle:
    def test_it_is_read(self, client: PageClient, folder: Path, sync: Sync) -> None:
        folders.insight(folder, "wrong", "## By how much\n\n" + "word " * 700, updated="2026-04-01")
        sync()
        page = client.get("/insights/wrong").text
        assert "<h2>By how much</h2>" in page
        assert "3 minutes to read" in page
        assert "Brought up to date on" in page
        assert "1 April 2026" in page
        assert '<a href="/insights?interest=calibration">Calibration</a>' in page
        assert '<link rel="canonical" href="http://127.0.0.1:8000/insights/wrong">' in page
        assert "Hear of the next one" in page

    def test_what_is_near_to_it_shares_most(self, client: PageClient, folder: Path, sync: Sync) -> None:
        folders.insight(folder, "this", interests=["calibration", "statistics"])
        folders.insight(folder, "one-old", interests=["calibration"], published="2026-01-01")
        folders.insight(folder, "one-new", interests=["statistics"], published="2026-02-01")
        folders.insight(folder, "both", interests=["calibration", "statistics"], published="2025-01-01")
        folders.insight(folder, "none", interests=["data-engineering"])
        sync()
        near = client.get("/insights/this").text.split("Near to this")[1]
        assert titles("<main" + near) == ["both", "one-new", "one-old"]

    def test_one_for_members_says_only_what_it_is_about(self, client: PageClient, folder: Path, sync: Sync) -> None:
        folders.insight(folder, "inside", "The secret of the bath.\n", members_only=True)
        sync()
        page = client.get("/insights/inside")
        assert page.headers["Cache-Control"] == "public, max-age=60"
        assert "What inside is about." in page.text
        assert "This one is for members" in page.text
        assert 'href="/me/insights/inside"' in page.text
        for path in ("/insights/inside", "/insights", "/insights.atom", "/", "/sitemap.xml"):
            assert "secret of the bath" not in client.get(path).text, path

    def test_a_member_reads_it(self, app: Flask, folder: Path, sync: Sync, now: datetime) -> None:
        folders.insight(folder, "inside", "The secret of the bath.\n", members_only=True)
        folders.insight(folder, "outside")
        sync()
        mira = signed_in(app, factories.member(name="Mira"), now)
        page = mira.get("/me/insights/inside")
        assert "The secret of the bath." in page.text
        assert page.headers["Cache-Control"] == "no-store"
        assert "Hear of the next one" not in page.text
        assert mira.get("/me/insights/outside").location == "/insights/outside"
        assert mira.get("/me/insights/nothing").status_code == 404

    def test_a_stranger_is_asked_to_sign_in_and_brought_back(self, client: PageClient) -> None:
        answer = client.get("/me/insights/inside")
        assert answer.status_code == 302
        assert answer.location in {"/sign-in?next=/me/insights/inside", "/sign-in?next=%2Fme%2Finsights%2Finside"}

    def test_no_author_text_is_a_template(self, client: PageClient, folder: Path, sync: Sync) -> None:
        """P11, for pages."""
        code = "{{ 7 * 7 }} {% if 1 %} {{ config }}"
        folders.insight(folder, "code", f"{code}\n", title=code, summary=code, author=code)
        sync()
        for path in ("/insights", "/insights/code", "/insights.atom"):
            page = client.get(path).text
            assert page.count("{{ 7 * 7 }}") >= 3, path
            assert "49" not in page.split("<main")[-1]

    def test_nothing_foreign_is_loaded(self, client: PageClient, folder: Path, sync: Sync) -> None:
        """P10, for pages."""
        folders.insight(
            folder, "one", "![Dot](https://tracker.example/dot.gif) ![Dot][d]\n\n[d]: //tracker.example/d.gif\n"
        )
        sync()
        for path in ("/", "/insights", "/insights/one", "/insights.atom"):
            page = client.get(path).text
            assert "tracker.example" not in page, path
            loaded = re.findall(r'<(?:script|img|link|use|iframe)\b[^>]*?\b(?:src|href)="([^"]*)"', page)
            own = ("/", "http://127.0.0.1:8000/")
            assert not [address for address in loaded if not address.startswith(own) or address.startswith("//")], path

    def test_markup_in_front_matter_is_words(self, client: PageClient, folder: Path, sync: Sync) -> None:
        folders.insight(folder, "markup", title="<script>alert(1)</script> & more", summary='"><img src=x>')
        sync()
        for path in ("/insights", "/insights/markup", "/insights.atom"):
            page = client.get(path).text
            assert "<script>alert" not in page
            assert "<img src=x" not in page


class TestTheFeed:
    def test_it_is_atom(self, client: PageClient, folder: Path, sync: Sync) -> None:
        folders.insight(folder, "one", "[Here](/insights/two) & *there*.\ufffe\uffff\x0c\n", updated="2026-05-06")
        folders.insight(folder, "two", title="Two & a half", members_only=True, interests=["statistics"])
        sync()
        answer = client.get("/insights.atom")
        assert answer.content_type == "application/atom+xml; charset=utf-8"
        feed = ElementTree.fromstring(answer.data)
        base = "http://127.0.0.1:8000"
        assert feed.findtext(f"{ATOM}id") == f"{base}/insights.atom"
        assert feed.findtext(f"{ATOM}title") == "Insights from Fennel & Rowe"
        assert feed.findtext(f"{ATOM}updated") == "2026-05-06T00:00:00Z"
        assert {(a.get("rel"), a.get("href")) for a in feed.findall(f"{ATOM}link")} == {
            ("self", f"{base}/insights.atom"),
            ("alternate", f"{base}/insights"),
        }
        entries = {e.findtext(f"{ATOM}id"): e for e in feed.findall(f"{ATOM}entry")}
        assert set(entries) == {f"{base}/insights/one", f"{base}/insights/two"}
        one, two = (entries[f"{base}/insights/{slug}"] for slug in ("one", "two"))
        assert one.findtext(f"{ATOM}published") == "2026-03-02T00:00:00Z"
        assert one.findtext(f"{ATOM}updated") == "2026-05-06T00:00:00Z"
        assert one.findtext(f"{ATOM}author/{ATOM}name") == "Ruth Ackroyd"
        html = one.findtext(f"{ATOM}content") or ""
        assert f'<a href="{base}/insights/two" rel="noopener">Here</a> &amp; <em>there</em>.' in html
        assert two.findtext(f"{ATOM}title") == "Two & a half"
        assert two.findtext(f"{ATOM}summary") == "What two is about."
        assert [c.get("term") for c in two.findall(f"{ATOM}category")] == ["Statistics"]
        assert two.find(f"{ATOM}content") is None

    def test_an_empty_one_is_atom_too(self, client: PageClient) -> None:
        feed = ElementTree.fromstring(client.get("/insights.atom").data)
        assert (feed.findtext(f"{ATOM}updated") or "").endswith("T00:00:00Z")
        assert feed.findall(f"{ATOM}entry") == []

    def test_it_is_fetched_only_when_it_changed(self, client: PageClient, folder: Path, sync: Sync) -> None:
        folders.insight(folder, "one")
        sync()
        etag = client.get("/insights.atom").headers["ETag"]
        assert client.get("/insights.atom", headers={"If-None-Match": etag}).status_code == 304
        assert client.head("/insights.atom", headers={"If-None-Match": '"old"'}).status_code == 200
        content.touch()
        db.session.commit()
        assert client.get("/insights.atom", headers={"If-None-Match": etag}).status_code == 304
        folders.insight(folder, "one", "Other words.\n")
        sync()
        assert client.get("/insights.atom", headers={"If-None-Match": etag}).status_code == 200
