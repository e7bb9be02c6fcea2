"""The first page, plain pages, and what search engines ask for."""

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from xml.etree import ElementTree

import pytest
from flask import Flask

from portal import content
from portal.db import db
from portal.newsletter.models import Campaign, Issue
from tests import factories
from tests.content import folders
from tests.pages import PageClient

Sync = Callable[[], dict[str, str]]
MAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"


@pytest.fixture
def sync(app: Flask, folder: Path, now: datetime) -> Sync:
    def run() -> dict[str, str]:
        done = {one.slug: one.change for one in content.sync_all(folder, now) if one.kind == "page"}
        db.session.commit()
        return done

    return run


@pytest.fixture
def sent(app: Flask, now: datetime) -> None:
    """A newsletter that went out, one that will, one that was cancelled before its time."""
    for slug, subject, days, cancelled in (
        ("october", "Measure twice", -3, False),
        ("november", "What we learned", 3, False),
        ("may", "A mistake", -5, True),
    ):
        issue = Issue(
            slug=slug, subject=subject, preview=f"{subject}, indeed", segment="everyone", source="", digest=b""
        )
        db.session.add(issue)
        db.session.flush()
        db.session.add(
            Campaign(
                issue_id=issue.id,
                mailing_id=factories.mailing().id,
                segment="everyone",
                rule={"all": []},
                subject=subject,
                page="<p>Hello</p>",
                send_at=now + timedelta(days=days),
                created_at=now - timedelta(days=9),
                cancelled_at=now + timedelta(days=days - 1) if cancelled else None,
            )
        )
    db.session.commit()


class TestTheFirstPage:
    def test_it_says_what_this_is(self, client: PageClient) -> None:
        page = client.get("/").text
        assert "Stay in touch with Fennel &amp; Rowe" in page
        assert "No more than 4 mails a month" in page
        for words in (
            "What you get",
            "What you do not get",
            "Joining, leaving and what you choose here have no effect",
        ):
            assert words in page
        assert page.split("<main")[1].count('href="/join"') == 2
        assert "The last newsletter" not in page
        assert "Lately written" not in page

    def test_the_employer_says_it_in_their_words(self, client: PageClient, folder: Path, sync: Sync) -> None:
        folders.page(folder, "front", "We bathe *thermometers*.\n", title="Work worth measuring", summary="We measure.")
        sync()
        page = client.get("/").text
        assert "<h1>Work worth measuring</h1>" in page
        assert '<p class="lede">We measure.</p>' in page
        assert "We bathe <em>thermometers</em>." in page
        assert client.get("/pages/front").location == "/"

    @pytest.mark.usefixtures("sent")
    def test_what_is_new(self, client: PageClient, folder: Path, sync: Sync) -> None:
        for day in range(1, 6):
            folders.insight(folder, f"n{day}", published=f"2026-03-0{day}")
        sync()
        page = client.get("/").text
        assert [f"/insights/n{n}" in page for n in range(1, 6)] == [False, False, True, True, True]
        assert 'href="/newsletter/october"' in page
        assert "Measure twice, indeed" in page
        assert "What we learned" not in page
        assert "A mistake" not in page


class TestAPlainPage:
    def test_it_is_read_and_kept(self, client: PageClient, folder: Path, sync: Sync) -> None:
        folders.page(folder, "help", "## Did I join?\n\nLook in your inbox.\n")
        assert sync() == {"help": "new"}
        answer = client.get("/pages/help")
        assert "<h1>Help</h1>" in answer.text
        assert "<h2>Did I join?</h2>" in answer.text
        etag = answer.headers["ETag"]
        assert client.get("/pages/help", headers={"If-None-Match": etag}).status_code == 304
        folders.page(folder, "help", "Other words.\n")
        assert sync() == {"help": "changed"}
        assert "Other words." in client.get("/pages/help", headers={"If-None-Match": etag}).text
        (folder / "pages" / "help.md").unlink()
        assert sync() == {"help": "removed"}
        assert client.get("/pages/help").status_code == 404


class TestSearchEngines:
    @pytest.mark.usefixtures("sent")
    def test_the_map_names_what_is_for_anyone(self, client: PageClient, folder: Path, sync: Sync) -> None:
        folders.insight(folder, "out", updated="2026-05-06")
        folders.insight(folder, "inside", members_only=True)
        folders.insight(folder, "later", published="2999-01-01")
        folders.page(folder, "help")
        folders.page(folder, "front")
        sync()
        answer = client.get("/sitemap.xml")
        assert answer.mimetype == "application/xml"
        found = {u.findtext(f"{MAP}loc"): u.findtext(f"{MAP}lastmod") for u in ElementTree.fromstring(answer.data)}
        base = "http://127.0.0.1:8000"
        paths = (
            "/",
            "/join",
            "/jobs",
            "/insights",
            "/newsletter",
            "/insights/out",
            "/newsletter/october",
            "/pages/help",
        )
        assert set(found) == {base + path for path in paths}
        assert found[f"{base}/insights/out"] == "2026-05-06"

    def test_pages_behind_a_token_are_in_no_index(self, client: PageClient) -> None:
        lines = client.get("/robots.txt").text.splitlines()
        for path in ("/confirm/", "/preferences/", "/unsubscribe/", "/sign-in", "/me"):
            assert f"Disallow: {path}" in lines
        assert "Sitemap: http://127.0.0.1:8000/sitemap.xml" in lines
        assert "Disallow: /" not in lines
