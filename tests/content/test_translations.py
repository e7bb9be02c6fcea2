"""Files in other languages, beside what they translate: read, checked, and said to be missing where they are."""

from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask

from portal import content, markdown
from portal.content import ContentError, Front
from portal.content.reading import read_text
from portal.db import db
from portal.home import files as pages
from portal.insights import files as insights
from tests.pages import PageClient

HEAD = "---\ntitle: {}\nsummary: In short.\n---\n\n"


class AnyFront(Front):
    """Front matter of a test."""

    title: str
    summary: str


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A page and its German words."""
    here = tmp_path / "content"
    (here / "pages").mkdir(parents=True)
    (here / "pages" / "help.md").write_text(HEAD.format("Help") + "Ask us.\n")
    (here / "pages" / "help.de.md").write_text(HEAD.format("Hilfe") + "Frag uns.\n")
    return here


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("help.fr.md", "we speak no “fr”: a translation is called help.de or pt.md"),
        ("help.en.md", "help.md is in that language itself"),
        ("lost.de.md", "there is no lost.md that this could be a translation of"),
        ("help.deu.md", "the file's name becomes the address"),
    ],
)
def test_a_name_that_leads_nowhere_is_a_mistake(app: Flask, folder: Path, name: str, said: str) -> None:
    path = folder / "pages" / name
    path.write_text(HEAD.format("X") + "Words.\n")
    with pytest.raises(ContentError) as caught:
        read_text(path, AnyFront)
    assert said in caught.value.problems[0].words
    assert any(problem.file == str(path) for problem in pages.check(folder))


def test_a_page_is_said_in_the_readers_language(app: Flask, folder: Path, client: PageClient) -> None:
    def shown(language: str) -> str:
        return client.get("/pages/help", headers={"Accept-Language": language}).text

    done = pages.sync(folder, app.extensions["portal"] and None)  # type: ignore[arg-type]  # pages have no time
    db.session.commit()
    assert {(one.slug, one.change) for one in done} == {("help", "new"), ("help.de", "new")}
    assert "Frag uns." in shown("de-AT,de;q=0.9,en;q=0.5")
    assert "Ask us." in shown("en")
    assert 'lang="en"' in shown("pt")  # said in English, and marked as such
    assert "Ask us." in shown("pt")
    (folder / "pages" / "help.de.md").unlink()
    gone = pages.sync(folder, None)  # type: ignore[arg-type]
    db.session.commit()
    assert {(one.slug, one.change) for one in gone} == {("help", "same"), ("help.de", "removed")}
    assert "Ask us." in shown("de")


def test_a_translation_says_only_its_words(app: Flask, tmp_path: Path) -> None:
    """Who wrote it, when and about what is said once, by the article itself."""
    here = tmp_path / "content" / "insights"
    here.mkdir(parents=True)
    head = HEAD.replace("---\n\n", "author: Ruth\ninterests: []\npublished: 2026-01-01\n---\n\n").format("One")
    (here / "one.md").write_text(head + "Words.\n")
    (here / "one.de.md").write_text(head + "Worte.\n")
    said = [problem.words for problem in insights.check(tmp_path / "content")]
    assert len(said) == 3
    assert all(f"`{key}`" in " ".join(said) for key in ("author", "interests", "published"))


def test_every_language_of_the_sample_content_says_the_same_fields(app: Flask) -> None:
    """A translated letter greets by name where the first one does, and has parts for the same people."""
    for path in content.files(app.extensions["portal"].content_dir / "issues", "*.??.md"):
        first = path.with_name(path.stem.partition(".")[0] + ".md").read_text("utf-8").split("---\n", 2)[2]
        other = path.read_text("utf-8").split("---\n", 2)[2]
        fields: Callable[[str], list[str]] = lambda body: [name for name, _, _ in markdown.merge_fields(body)]  # noqa: E731
        assert fields(first) == fields(other), path.name
        assert [b.args for b in markdown.split(first)] == [b.args for b in markdown.split(other)], path.name
