"""Markdown files that become pages: read, checked with the line of each mistake, rendered once.

Insights are such articles, and so are the pages of `home`.
"""

import hashlib
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import urlsplit

from flask import current_app
from pydantic import Field
from sqlalchemy import select
from werkzeug.exceptions import HTTPException

from portal import content, markdown
from portal.config import settings
from portal.content import ContentError, Front, Problem, Synced, Text, near
from portal.db import db
from portal.insights.models import Translation
from portal.markdown import MarkdownError

OWN = {"insights": "insights", "pages": "pages", "newsletter": "issues"}
"""Where the pages under an address have their files."""
_LINK = re.compile(r'(?:href|src)="([^"#?]*)')


class PageFront(Front):
    """What every page says about itself."""

    title: Annotated[str, Field(min_length=1, max_length=160)]
    summary: Annotated[str, Field(min_length=1, max_length=400)]


@dataclass(frozen=True)
class Article:
    """A file and what it looks like as a page."""

    text: Text
    html: str

    @property
    def digest(self) -> bytes:
        """Differs when anything differs: front matter, words, or how and for which address they are rendered."""
        return hashlib.sha256(f"{self.text.front!r}\0{self.text.body}\0{self.html}".encode()).digest()


def load(folder: Path, name: str, front: type[PageFront]) -> tuple[list[Article], list[Problem]]:
    """The articles of `folder/name` that can be read, and every mistake in all of them. A translation says only its
    title and summary: the rest it shares with what it translates."""
    articles: list[Article] = []
    problems: list[Problem] = []
    for path in content.files(folder / name, "*.md"):
        try:
            text = content.read_text(path, PageFront if content.language_of(path) else front)
            problems += _misplaced(text)
            articles.append(Article(text, _rendered(text)))
            problems += _dead(folder, articles[-1])
        except ContentError as error:
            problems += error.problems
        except MarkdownError as error:
            problems.append(text.problem(error.line or 1, error.message))
    return articles, problems


def dead_links(folder: Path, text: Text) -> list[Problem]:
    """Links to our own pages that lead nowhere, each line where one stands."""
    try:
        return _dead(folder, Article(text, _rendered(text)))
    except MarkdownError:
        return []  # whoever checks the words says so


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


def _rendered(text: Text) -> str:
    return markdown.page(text.body, settings().base_url)


def _dead(folder: Path, article: Article) -> list[Problem]:
    base, text, problems = settings().base_url, article.text, []
    for path in {urlsplit(found).path for found in _LINK.findall(article.html) if found.startswith(base + "/")}:
        mend = _mend(folder, path)
        if mend:
            here = re.compile(re.escape(path) + r"(?![\w/-])")
            lines = [n for n, line in enumerate(text.body.split("\n"), 1) if here.search(line)]
            problems += [text.problem(n, f"the link to {path} leads nowhere: {mend}") for n in lines or [1]]
    return problems


def _mend(folder: Path, path: str) -> str | None:
    """What to do about a link to a path of ours; None if it leads somewhere."""
    first, _, slug = path[1:].partition("/")
    if first in OWN and slug:
        slugs = {p.stem for p in content.originals(folder / OWN[first], "*.md")}
        return None if slug in slugs else near(slug, slugs, f"there is no {OWN[first]}/{slug}.md")
    try:
        current_app.url_map.bind("").match(path)
    except HTTPException:
        known = {rule.rule for rule in current_app.url_map.iter_rules() if not rule.arguments}
        return near(path, known, "there is no such page")
    return None


def bring(kind: str, model: type[Any], articles: Iterable[Article], columns: Callable[[Text], Any]) -> list[Synced]:
    """Make the rows of `model` be these articles, and those of Translation their translations; `columns` says what a
    file sets besides its slug and its page."""
    articles = list(articles)
    first = [article for article in articles if article.text.language is None]
    done = _bring(kind, {row.slug: row for row in db.session.scalars(select(model))}, first, columns, model)
    translated = [article for article in articles if article.text.language]
    known = {f"{row.slug}.{row.language}": row for row in db.session.scalars(select(Translation).filter_by(kind=kind))}
    done += _bring(kind, known, translated, lambda text: {"language": text.language, **_words(text)}, Translation)
    if any(one.change != "same" for one in done):
        content.touch()
    db.session.flush()
    return done


def _words(text: Text) -> dict[str, Any]:
    return {"title": text.front.title, "summary": text.front.summary}


def _bring(
    kind: str,
    rows: dict[str, Any],
    articles: Iterable[Article],
    columns: Callable[[Text], dict[str, Any]],
    model: type[Any],
) -> list[Synced]:
    done: list[Synced] = []
    for article in articles:
        text, digest = article.text, article.digest
        name = ".".join(filter(None, (text.slug, text.language)))
        row = rows.pop(name, None)
        change = "new" if row is None else "same" if row.digest == digest else "changed"
        done.append(Synced(kind, name, change))
        own = {"kind": kind} if model is Translation else {}
        row = row or model(slug=text.slug, **own)
        for column, value in {**columns(text), "html": article.html, "digest": digest}.items():
            setattr(row, column, value)
        db.session.add(row)
    for name, row in rows.items():
        db.session.delete(row)
        done.append(Synced(kind, name, "removed"))
    return done
