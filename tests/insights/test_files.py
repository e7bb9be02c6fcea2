"""Articles come from files: rendered once, kept up to date, and a mistake is named with its line."""

from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from portal.audience import files as audience_files
from portal.config import Config
from portal.content import ContentError, ContentStamp, Problem, Synced
from portal.db import db
from portal.insights import files, queries
from portal.insights.models import Insight
from portal.insights.queries import interests_of
from tests.conftest import make_config
from tests.content import folders

Sync = Callable[[], dict[str, str]]


@pytest.fixture
def sync(app: Flask, folder: Path, now: datetime) -> Sync:
    """Bring the folder in; returns what happened to each article."""

    def run() -> dict[str, str]:
        audience_files.sync(folder, now)
        done = {one.slug: one.change for one in files.sync(folder, now)}
        db.session.commit()
        return done

    return run


def stamp() -> int | None:
    return db.session.scalar(select(ContentStamp.version))


def article(slug: str) -> Insight:
    return db.session.scalars(select(Insight).filter_by(slug=slug)).one()


def words(problems: list[Problem]) -> list[tuple[str, int, str]]:
    return [(Path(p.file).name, p.line, p.words) for p in problems]


def test_a_file_becomes_an_article(sync: Sync, folder: Path) -> None:
    folders.insight(folder, "wrong", "Every *instrument*, see [it](/insights/wrong).\n", updated="2026-04-01")
    assert sync() == {"wrong": "new"}
    found = article("wrong")
    assert (found.title, found.author, found.members_only) == ("Wrong", "Ruth Ackroyd", False)
    assert (found.published, found.updated) == (date(2026, 3, 2), date(2026, 4, 1))
    assert "<em>instrument</em>" in found.html
    assert 'href="http://127.0.0.1:8000/insights/wrong"' in found.html
    assert [i.slug for i in interests_of([found.id])[found.id]] == ["calibration"]


def test_only_what_changed_is_touched(sync: Sync, folder: Path) -> None:
    folders.insight(folder, "one")
    folders.insight(folder, "two", interests=["statistics"])
    sync()
    before = stamp()
    assert sync() == {"one": "same", "two": "same"}
    assert stamp() == before
    folders.insight(folder, "two", "Other words.\n", interests=["data-engineering", "statistics"])
    (folder / "insights" / "one.md").unlink()
    assert sync() == {"two": "changed", "one": "removed"}
    assert stamp() == (before or 0) + 1
    assert "Other words" in article("two").html
    assert [i.slug for i in interests_of([article("two").id])[article("two").id]] == ["data-engineering", "statistics"]
    assert db.session.scalars(select(Insight.slug)).all() == ["two"]


def test_front_matter_alone_is_a_change_too(sync: Sync, folder: Path) -> None:
    folders.insight(folder, "one")
    sync()
    folders.insight(folder, "one", members_only=True)
    assert sync() == {"one": "changed"}
    assert article("one").members_only


def test_under_another_address_links_are_made_anew(
    sync: Sync, folder: Path, config: Config, make_app: Callable[[Config], Flask], now: datetime
) -> None:
    folders.insight(folder, "one", "[Here](/insights/one)\n")
    sync()
    moved = make_app(make_config(config.var_dir, content_dir=folder, base_url="https://talent.example.org"))
    with moved.app_context():
        assert files.sync(folder, now) == [Synced("insight", "one", "changed")]
        assert 'href="https://talent.example.org/insights/one"' in article("one").html
        db.session.rollback()


def test_nothing_is_brought_in_while_there_is_a_mistake(sync: Sync, folder: Path) -> None:
    folders.insight(folder, "good")
    folders.insight(folder, "bad", author="")
    with pytest.raises(ContentError, match="`author` is empty: fill it in"):
        sync()
    db.session.rollback()
    assert db.session.scalars(select(Insight)).all() == []


@pytest.mark.usefixtures("app")
class TestMistakes:
    def test_a_good_folder_has_none(self, folder: Path) -> None:
        folders.page(folder, "help")
        folders.insight(folder, "one", "[a](/pages/help#top) [b](/join) [c](https://elsewhere.example/insights/x)\n")
        assert files.check(folder) == []

    def test_without_a_folder_there_are_none(self, tmp_path: Path) -> None:
        assert files.check(tmp_path / "nowhere") == []

    @pytest.mark.parametrize(
        ("link", "mend"),
        [
            ("/insights/onne", "did you mean one?"),
            ("/insights/zebra", "there is no insights/zebra.md"),
            ("/pages/hellp", "did you mean help?"),
            ("/newsletter/may", "there is no issues/may.md"),
            ("/insihgts", "did you mean /insights?"),
            ("/nothing/of/the/kind", "there is no such page"),
            ("http://127.0.0.1:8000/insights/onne", "did you mean one?"),
        ],
    )
    def test_a_dead_link(self, folder: Path, link: str, mend: str) -> None:
        folders.page(folder, "help")
        folders.insight(folder, "one", f"First.\n\nSee [that]({link} 'a title').\n\n[other]: {link}\n[A][other].\n")
        path = link.removeprefix("http://127.0.0.1:8000")
        said = f"the link to {path} leads nowhere: {mend}"
        assert words(files.check(folder)) == [("one.md", 11, said), ("one.md", 13, said)]

    def test_an_address_in_code_is_no_link(self, folder: Path) -> None:
        folders.insight(folder, "one", "Write `[x](/insights/nothing)`.\n\n```\n[x](/insights/nothing)\n```\n")
        assert files.check(folder) == []

    def test_a_picture_that_is_not_there(self, folder: Path) -> None:
        folders.insight(folder, "one", "![A bath](/media/bath.png)\n")
        assert words(files.check(folder)) == [
            ("one.md", 9, "the link to /media/bath.png leads nowhere: there is no media/bath.png")
        ]

    def test_an_interest_that_nobody_can_choose(self, folder: Path) -> None:
        folders.insight(folder, "one", interests=["calibration", "calibraton", "zebra"])
        assert words(files.check(folder)) == [
            ("one.md", 7, "nobody can choose the interest calibraton: did you mean calibration?"),
            ("one.md", 8, "nobody can choose the interest zebra: see interests.yml"),
        ]

    def test_interests_that_cannot_be_read_are_held_against_nobody(self, folder: Path) -> None:
        (folder / "interests.yml").write_text("groups: 3\n")
        folders.insight(folder, "one", interests=["zebra"])
        assert files.check(folder) == []

    def test_what_only_a_newsletter_may_have(self, folder: Path) -> None:
        folders.insight(
            folder, "one", "Hello [[name]].\n\n::: for interest=calibration\nWe bathe.\n:::\n\n::: insights\n"
        )
        assert words(files.check(folder)) == [
            ("one.md", 11, "::: for is for newsletters: a page says the same to everybody"),
            ("one.md", 14, "::: insights is for newsletters: a page says the same to everybody"),
            ("one.md", 9, "[[name]] is for newsletters: a page does not know who reads it"),
        ]

    def test_no_words(self, folder: Path) -> None:
        folders.insight(folder, "one", "\n\n")
        assert words(files.check(folder)) == [
            ("one.md", 9, "there are no words yet: write them below the front matter")
        ]

    def test_a_change_before_it_was_published(self, folder: Path) -> None:
        folders.insight(folder, "one", updated="2026-03-01")
        assert words(files.check(folder)) == [
            (
                "one.md",
                8,
                "`updated` is before `published` (2026-03-02): put the later day here, or leave it out",
            )
        ]


def test_on_each_database(each_app: Flask, folder: Path, now: datetime) -> None:
    day = date(2026, 4, 1)
    folders.insight(folder, "one", interests=["calibration", "statistics"], published="2026-03-01")
    folders.insight(folder, "two", interests=["statistics"], published="2026-03-02")
    folders.insight(folder, "three", interests=["calibration", "statistics"], published="2026-02-01")
    folders.insight(folder, "later", published="2026-04-02")
    audience_files.sync(folder, now)
    files.sync(folder, now)
    db.session.commit()
    assert [i.slug for i in queries.page(day, None, 1, 2)[0]] == ["two", "one"]
    assert queries.page(day, "calibration", 1, 2)[1] is False
    assert [(i.slug, list(about)) for i, about in queries.newest(day, 1)] == [("two", ["statistics"])]
    assert [i.slug for i in queries.newest_about(day, ["calibration"], 5)] == ["one", "three"]
    assert [i.slug for i in queries.related(article("one"), day, 5)] == ["three", "two"]
    assert [i.slug for i in queries.interests(day)] == ["statistics", "calibration"]
    (folder / "insights" / "one.md").unlink()
    assert {d.slug: d.change for d in files.sync(folder, now)}["one"] == "removed"
    db.session.commit()
