"""Moving a piece between its file and the desk, and what settles out of the desk's words."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from portal import content
from portal.audience.files import all_segments
from portal.config import Config
from portal.content import ContentError
from portal.db import db
from portal.insights import files as insights
from portal.insights.models import Insight, Translation
from portal.insights.queries import interests_of
from portal.newsletter import files as newsletter
from portal.newsletter.models import IssueTranslation
from portal.staff.models import AuditEntry, Recruiter
from portal.writing.actions import homes, versions
from portal.writing.files import path_of
from portal.writing.models import Piece
from portal.writing.queries import current, find
from tests import factories
from tests.conftest import make_config
from tests.content import folders
from tests.pages import PageClient
from tests.writing import pieces


@pytest.fixture
def sync(app: Flask, folder: Path, now: datetime) -> Callable[[], dict[str, str]]:
    """Bring the folder in; returns what happened to insights, issues and segments."""

    def run() -> dict[str, str]:
        done = {one.slug: one.change for one in content.sync_all(folder, now) if one.kind in pieces.KINDS}
        db.session.commit()
        return done

    return run


def piece(kind: str, slug: str) -> Piece:
    found = find(kind, slug)
    assert found is not None
    return found


def say(one: Piece, text: str, now: datetime, language: str = "", by: Recruiter | None = None) -> None:
    latest = current(one, language)
    assert versions.save(one, text, by, now, base_id=latest.id if latest else None, language=language).won


class TestMoving:
    def test_to_the_desk(self, sync: Callable[[], dict[str, str]], folder: Path, now: datetime) -> None:
        folders.insight(folder, "one")
        assert sync() == {"everyone": "new", "one": "new"}
        ana = factories.recruiter(name="Ana")
        homes.move_to_desk(piece("insight", "one"), ana, now)
        homes.move_to_desk(piece("insight", "one"), ana, now)
        say(piece("insight", "one"), pieces.text("insight", 2), now, by=ana)
        assert sync() == {"everyone": "same", "one": "desk"}
        (entry,) = db.session.scalars(select(AuditEntry))
        assert (entry.action, entry.kind, entry.object_id, entry.detail) == (
            "piece.move",
            "insight",
            "one",
            {"home": "desk"},
        )
        assert db.session.scalars(select(Insight.title)).all() == ["One"]

    def test_what_was_removed_lives_again_there(
        self, sync: Callable[[], dict[str, str]], folder: Path, now: datetime
    ) -> None:
        path = folders.insight(folder, "one")
        sync()
        path.unlink()
        sync()
        homes.move_to_desk(piece("insight", "one"), None, now)
        assert piece("insight", "one").removed_at is None

    def test_back_to_a_file_only_if_it_says_the_same(
        self, sync: Callable[[], dict[str, str]], folder: Path, now: datetime
    ) -> None:
        text = pieces.text("issue", 1)
        one = versions.start("issue", "may", text, None, now)
        with pytest.raises(homes.HomeError, match=r"There is no file issues/may\.md yet\. Run “portal content export”"):
            homes.hand_back(one, None, now)
        db.session.rollback()
        one = versions.start("issue", "may", text, None, now)
        say(one, pieces.text("issue", 1, "de"), now, "de")
        db.session.commit()
        path_of(folder, "issue", "may").write_text(text)
        path_of(folder, "issue", "may", "de").write_text(pieces.text("issue", 2, "de"))
        with pytest.raises(homes.HomeError, match=r"The file issues/may\.de\.md says something else"):
            homes.hand_back(one, None, now)
        db.session.rollback()
        assert one.home == "desk"
        path_of(folder, "issue", "may", "de").write_text(pieces.text("issue", 1, "de"))
        homes.hand_back(one, None, now)
        assert one.home == "file"
        assert sync()["may"] == "new"  # the issue: nobody had made one of it yet
        path_of(folder, "issue", "may").write_text(pieces.text("issue", 3))
        assert sync()["may"] == "changed"

    def test_nobody_saves_over_a_file(self, sync: Callable[[], dict[str, str]], folder: Path, now: datetime) -> None:
        folders.insight(folder, "one")
        sync()
        one = piece("insight", "one")
        latest = current(one)
        assert latest is not None
        assert not versions.save(one, "Mine.", None, now, base_id=latest.id).won
        assert sync() == {"everyone": "same", "one": "same"}


class TestSettling:
    def test_an_insight_in_every_language(self, app: Flask, folder: Path, now: datetime) -> None:
        factories.interest(slug="calibration")
        one = versions.start("insight", "one", pieces.text("insight", 1, link="[Me](/insights/one)"), None, now)
        say(one, pieces.text("insight", 2, "de"), now, "de")
        insight = insights.settle(one, now)
        assert (insight.title, insight.author) == ("Title 1", "Ruth Ackroyd")
        assert 'href="http://127.0.0.1:8000/insights/one"' in insight.html
        assert [i.slug for i in interests_of([insight.id])[insight.id]] == ["calibration"]
        assert db.session.scalars(select(Translation.title)).all() == ["Title 2"]
        say(one, "", now, "de")
        say(one, pieces.text("insight", 3), now)
        assert insights.live() == {
            ("one", ""): pieces.text("insight", 1, link="[Me](/insights/one)"),
            ("one", "de"): pieces.text("insight", 2, "de"),
        }
        assert insights.settle(one, now).title == "Title 3"
        assert db.session.scalars(select(Translation.title)).all() == []

    def test_each_mistake_has_its_line(self, app: Flask, folder: Path, now: datetime) -> None:
        factories.interest(slug="statistics")
        one = versions.start("insight", "one", pieces.text("insight", 1, link="[No](/insights/nowhere)"), None, now)
        say(one, "---\ntitle: A\n---\nx\n", now, "de")
        with pytest.raises(ContentError) as error:
            insights.settle(one, now)
        assert [str(problem) for problem in error.value.problems] == [
            "one.de.md:2: `summary` is missing: add it",
            "one.md:5: nobody can choose the interest calibration: see interests.yml",
            "one.md:9: the link to /insights/nowhere leads nowhere: there is no insights/nowhere.md",
        ]
        assert db.session.scalars(select(Insight)).all() == []

    def test_an_issue_that_leads_to_what_the_desk_published(self, app: Flask, folder: Path, now: datetime) -> None:
        factories.interest(slug="calibration")
        one = versions.start("insight", "one", pieces.text("insight", 1), None, now)
        versions.start("segment", "us", pieces.text("segment", 1), None, now)
        may = versions.start(
            "issue", "may", pieces.text("issue", 2, link="[One](/insights/one)", segment="us"), None, now
        )
        say(may, pieces.text("issue", 3, "pt"), now, "pt")
        with pytest.raises(ContentError, match=r"may\.md:7: the link to /insights/one leads nowhere"):
            newsletter.settle(may, now)
        insights.settle(one, now)
        issue = newsletter.settle(may, now)
        assert (issue.subject, issue.segment) == ("Subject 2", "us")
        assert db.session.scalars(select(IssueTranslation.subject)).all() == ["Subject 3"]
        say(may, pieces.text("issue", 4, segment="nobody"), now)
        with pytest.raises(ContentError, match=r"may\.md:4: there is no segment nobody: choose one of everyone, us"):
            newsletter.settle(may, now)


def test_each_segment_once_by_its_home(
    sync: Callable[[], dict[str, str]], app: Flask, folder: Path, now: datetime
) -> None:
    (folder / "segments" / "data.yml").write_text(pieces.text("segment", 1))
    sync()
    versions.start("segment", "us", pieces.text("segment", 2), None, now)
    versions.start("segment", "half", "name: Half\n", None, now)
    homes.move_to_desk(piece("segment", "data"), None, now)
    say(piece("segment", "data"), pieces.text("segment", 3), now)
    (folder / "segments" / "data.yml").write_text("not: right\n")
    assert {slug: one.name for slug, one in all_segments(folder).items()} == {
        "data": "Name 3", "everyone": "Everyone", "us": "Name 2",
    }  # fmt: skip


class TestAtTheDesk:
    def test_edit_here_instead_and_back(
        self, sync: Callable[[], dict[str, str]], folder: Path, at_desk: Callable[..., PageClient]
    ) -> None:
        folders.insight(folder, "one")
        sync()
        author = at_desk("author")
        assert author.post("/desk/pieces/insight/one/desk").location == "/desk/insights/one"
        db.session.expire_all()
        assert piece("insight", "one").home == "desk"
        assert author.post("/desk/pieces/insight/one/file").status_code == 303
        db.session.expire_all()
        assert piece("insight", "one").home == "file"

    def test_it_says_what_to_do(self, at_desk: Callable[..., PageClient], folder: Path, now: datetime) -> None:
        versions.start("issue", "may", pieces.text("issue", 1), None, now)
        answer = at_desk("author").post("/desk/pieces/issue/may/file")
        assert answer.status_code == 422
        assert "There is no file issues/may.md yet. Run “portal content export”, then hand it back." in answer.text
        db.session.expire_all()
        assert piece("issue", "may").home == "desk"

    def test_whose_segments_move(
        self, sync: Callable[[], dict[str, str]], at_desk: Callable[..., PageClient], now: datetime
    ) -> None:
        sync()
        assert at_desk("recruiter").post("/desk/pieces/segment/everyone/desk").status_code == 403
        assert at_desk("admin").post("/desk/pieces/segment/everyone/desk").status_code == 303
        assert at_desk("admin").post("/desk/pieces/page/help/desk").status_code == 404
        assert at_desk("admin").post("/desk/pieces/issue/nothing/desk").status_code == 404


def test_under_another_address_the_desks_insights_lead_there_too(
    app: Flask, config: Config, make_app: Callable[[Config], Flask], folder: Path, now: datetime
) -> None:
    factories.interest(slug="calibration")
    one = versions.start("insight", "one", pieces.text("insight", 1, link="[Me](/insights/one)"), None, now)
    say(one, pieces.text("insight", 2, "de", link="[Mich](/insights/one)"), now, "de")
    insights.settle(one, now)
    say(one, pieces.text("insight", 3), now)
    db.session.commit()
    moved = make_app(make_config(config.var_dir, content_dir=folder, base_url="https://talent.example.org"))
    with moved.app_context():
        assert {done.slug: done.change for done in insights.sync(folder, now)} == {
            "one": "changed",
            "one.de": "changed",
        }
        for table in (Insight, Translation):
            (html,) = db.session.scalars(select(table.html))
            assert 'href="https://talent.example.org/insights/one"' in html
        assert {done.slug: done.change for done in insights.sync(folder, now)} == {}
        assert db.session.scalars(select(Insight.title)).all() == ["Title 1"]
        db.session.rollback()
