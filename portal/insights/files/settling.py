"""An insight of the desk: its words become what everybody can read, after the checks that a file goes through."""

import re
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from sqlalchemy import select

from portal.audience.models import Interest
from portal.config import settings
from portal.content import ContentError, Problem, Synced, parse_text, touch
from portal.db import db
from portal.insights.files.articles import Article, PageFront, article
from portal.insights.files.insights import KIND, InsightFront, columns, desk, link, unknown
from portal.insights.files.rows import bring_one
from portal.insights.models import Insight, Translation
from portal.writing.files import name_of
from portal.writing.models import DESK, Piece, Version
from portal.writing.queries import homes


def settle(piece: Piece, now: datetime) -> Insight:
    """Make what a piece of the desk says now, in every language, what everybody can read from its day on.

    Raises ContentError, whose problems name the file that it would be ("x.md", "x.de.md").
    """
    articles = checked(piece)
    bring_one(KIND, Insight, piece.slug, articles, columns)
    link([one for one in articles if not one.text.language])
    return db.session.scalars(select(Insight).filter_by(slug=piece.slug)).one()


def checked(piece: Piece) -> list[Article]:
    """What a piece says now as articles, one for each language. Raises ContentError."""
    folder, known, problems = settings().content_dir, desk(), []
    known = {**known, "insights": {*known["insights"], piece.slug}}  # it may name itself
    interests = set(db.session.scalars(select(Interest.slug).filter_by(retired=False)))
    found: list[Article] = []
    for language, source in homes.texts(piece).items():
        try:
            text = _parsed(piece.slug, language, source)
        except ContentError as error:
            problems += error.problems
            continue
        one, wrong = article(folder, text, known)
        found += [one] if one else []
        problems += [*wrong, *unknown(text, interests)]
    if not problems and all(one.text.language for one in found):
        problems = [Problem(f"{piece.slug}.md", 1, "there are no words yet: write them")]
    if problems:
        raise ContentError(sorted(set(problems)))
    return found


def _parsed(slug: str, language: str, source: str) -> Any:
    front = PageFront if language else InsightFront
    return parse_text(source, front, slug=slug, language=language or None, file=f"{name_of(slug, language)}.md")


def live() -> dict[tuple[str, str], str]:
    """The texts of the desk's insights as everybody reads them, by slug and language: the last version of each that
    says what the page says."""
    return {(row.slug, one.text.language or ""): source for row, one, source in _live()}


def anew() -> list[Synced]:
    """Render those again whose links lead to where our pages were before. Nobody's words change."""
    done = []
    for row, one, _ in _live():
        if row.digest != one.digest:
            row.html, row.digest = one.html, one.digest
            done.append(Synced(KIND, one.name, "changed"))
    if done:
        touch()
    return done


def _live() -> Iterator[tuple[Insight | Translation, Article, str]]:
    for piece in db.session.scalars(select(Piece).filter_by(kind=KIND, home=DESK, removed_at=None)):
        rows: list[Insight | Translation] = [*db.session.scalars(select(Insight).filter_by(slug=piece.slug))]
        rows += db.session.scalars(select(Translation).filter_by(kind=KIND, slug=piece.slug))
        for row in rows:
            found = _said_by(row, piece, row.language if isinstance(row, Translation) else "")
            if found:
                yield row, *found


def _said_by(row: Insight | Translation, piece: Piece, language: str) -> tuple[Article, str] | None:
    lines = select(Version.text).where(
        Version.piece_id == piece.id, Version.language == language, Version.number.is_not(None)
    )
    sources = db.session.scalars(lines.order_by(Version.number.desc())).all()
    for same in (_exactly, _as_read):
        for source in sources:
            try:
                one, _ = article(settings().content_dir, _parsed(piece.slug, language, source))
            except ContentError:
                continue
            if one and same(row, one):
                return one, source
    return None


def _exactly(row: Insight | Translation, one: Article) -> bool:
    return row.digest == one.digest


def _as_read(row: Insight | Translation, one: Article) -> bool:
    """Whether a row was made of this text while our pages had another address."""
    if isinstance(row, Insight):
        return all(getattr(row, name) == value for name, value in columns(one.text).items())
    front = one.text.front
    return (row.title, row.summary, _bare(row.html)) == (front.title, front.summary, _bare(one.html))


def _bare(html: str) -> str:
    return re.sub(r'"[^"]*"', "", html)
