"""Markdown files that become pages: read, checked with the line of each mistake, rendered once.

Insights are such articles, and so are the pages of `home`.
"""

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from pydantic import Field

from portal import content, markdown
from portal.content import NOTHING, ContentError, Desk, Front, Problem, Text
from portal.markdown import MarkdownError
from portal.writing.files.links import dead, rendered


class PageFront(Front):
    """What every page says about itself."""

    title: Annotated[str, Field(min_length=1, max_length=160)]
    summary: Annotated[str, Field(min_length=1, max_length=400)]


@dataclass(frozen=True)
class Article:
    """A text and what it looks like as a page."""

    text: Text
    html: str

    @property
    def name(self) -> str:
        """What its file is called, without the ending."""
        return ".".join(filter(None, (self.text.slug, self.text.language)))

    @property
    def digest(self) -> bytes:
        """Differs when anything differs: front matter, words, or how and for which address they are rendered."""
        return hashlib.sha256(f"{self.text.front!r}\0{self.text.body}\0{self.html}".encode()).digest()


def load(folder: Path, name: str, front: type[PageFront], desk: Desk = NOTHING) -> tuple[list[Article], list[Problem]]:
    """The articles of `folder/name` that can be read, and every mistake in all of them. A translation says only its
    title and summary: the rest it shares with what it translates."""
    articles: list[Article] = []
    problems: list[Problem] = []
    for path in content.files(folder / name, "*.md"):
        try:
            text = content.read_text(path, PageFront if content.language_of(path) else front)
        except ContentError as error:
            problems += error.problems
            continue
        found, wrong = article(folder, text, desk)
        articles += [found] if found else []
        problems += wrong
    return articles, problems


def article(folder: Path, text: Text, desk: Desk = NOTHING) -> tuple[Article | None, list[Problem]]:
    """A text as an article, if it can be one, and every mistake in its words."""
    problems: list[Problem] = []
    try:
        problems += _misplaced(text)
        html = rendered(text)
    except MarkdownError as error:
        return None, [*problems, text.problem(error.line or 1, error.message)]
    return Article(text, html), problems + dead(folder, text, html, desk)


def _misplaced(text: Text) -> list[Problem]:
    """What a newsletter may have and a page may not, since it has no reader to be about. Raises MarkdownError."""
    if not text.body.strip():
        return [text.problem(1, "there are no words yet: write them below the front matter")]
    fences = [block for block in markdown.split(text.body) if block.kind != "text"]
    return [
        text.problem(max(1, block.line - 1), f"::: {block.kind} is for newsletters: a page says the same to everybody")
        for block in fences
    ] + [
        text.problem(line, f"[[{name}]] is for newsletters: a page does not know who reads it")
        for name, _, line in markdown.merge_fields(text.body)
    ]
