"""A personal link to an early opening: the opening for its window, never the member; all else is not there."""

import re
from datetime import datetime

import pytest
import time_machine
from flask import Flask

from portal import links
from portal.alerts.queries import tokens
from portal.db import db
from tests import factories
from tests.alerts import post
from tests.alerts.post import DAY, Smtp
from tests.audience.visitor import Visitor


def link(text: str) -> str:
    found = re.search(r"http://127\.0\.0\.1:8000(/openings/\S+)", text)
    assert found, text
    return found[1]


def test_the_link_in_the_mail_opens_it_for_whoever_has_it(app: Flask, smtp: Smtp, now: datetime) -> None:
    member = post.member(now, "weekly", now + DAY, name="Maria Antónia")
    post.early(now, title="Firmware engineer", slug="firmware")
    post.sweep(now)
    [mail] = post.send(smtp)
    page = Visitor(app).get(link(mail.text))
    assert page.status_code == 200
    assert "Firmware engineer" in page.text
    assert "Members first until" in page.text
    assert "Maria" not in page.text
    assert member.address not in page.text
    assert page.headers["X-Robots-Tag"] == "noindex"
    assert page.headers["Cache-Control"] == "no-store"
    assert 'name="robots" content="noindex"' in page.text
    assert "Set-Cookie" not in page.headers
    assert "application/ld+json" not in page.text
    assert "/jobs/firmware" not in page.text


def test_it_is_not_there_in_any_other_way(app: Flask, now: datetime) -> None:
    """Absent, early and forged answer alike, octet by octet but for what names the request."""
    posting = post.early(now, slug="firmware")
    other = post.early(now, slug="other")
    db.session.commit()
    good = tokens.opening(posting.id, 1)
    forged = good[:-1] + ("A" if good[-1] != "A" else "B")
    visitor = Visitor(app)
    absent = visitor.get("/openings/nothing/firmware")
    assert absent.status_code == 404
    for token in (
        forged, tokens.opening(other.id, 1), tokens.opening(9999, 1), tokens.fit(1), links.sign("why", "1.1"),
        links.sign("opening", ""), good[: len(good) // 2],
    ):  # fmt: skip
        page = visitor.get(f"/openings/{token}/firmware")
        assert (page.status_code, page.data) == (404, absent.data), token
    assert visitor.get(f"/openings/{good}/other").data == absent.data
    assert visitor.get(f"/openings/{good}/firmware").status_code == 200
    assert visitor.get("/jobs/firmware").data == visitor.get("/jobs/nothing-of-the-kind").data


def test_after_its_window_it_leads_to_the_page_for_everybody_and_then_says_that_it_is_over(
    app: Flask, now: datetime
) -> None:
    posting = post.early(now, slug="firmware", closes_at=now + 9 * DAY)
    db.session.commit()
    path, visitor = f"/openings/{tokens.opening(posting.id, 1)}/firmware", Visitor(app)
    with time_machine.travel(now + 4 * DAY, tick=False):
        answer = visitor.get(path)
        assert (answer.status_code, answer.location) == (302, "/jobs/firmware")
    with time_machine.travel(now + 10 * DAY, tick=False):
        answer = visitor.get(path)
        assert answer.status_code == 410
        assert answer.headers["X-Robots-Tag"] == "noindex"


def test_a_draft_is_not_there_by_any_link(app: Flask, now: datetime) -> None:
    posting = post.early(now, publish_at=now + DAY, opens_at=now + 3 * DAY, slug="draft")
    db.session.commit()
    assert Visitor(app).get(f"/openings/{tokens.opening(posting.id, 1)}/draft").status_code == 404


def test_nothing_is_recorded_when_it_is_opened(app: Flask, now: datetime, statements: list[str]) -> None:
    """P1 and P10."""
    posting = post.early(now, slug="firmware")
    db.session.commit()
    statements.clear()
    Visitor(app).get(f"/openings/{tokens.opening(posting.id, 1)}/firmware")
    assert [said for said in statements if not said.startswith("SELECT")] == []


@pytest.mark.parametrize("door", ["jobs", "jobs.atom", "jobs/indeed.xml", "sitemap.xml", "jobs?q=Firmware"])
def test_public_pages_do_not_have_it(app: Flask, now: datetime, door: str) -> None:
    post.early(now, title="Firmware engineer (sensors)", slug="firmware")
    factories.posting(title="Technical writer", slug="writer")
    db.session.commit()
    page = Visitor(app).get(f"/{door}").text
    assert "sensors" not in page
    assert "/jobs/firmware" not in page
