"""Articles and pages in the reader's language; in the one they were written in where nobody has translated them."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import defer

from portal.config import settings
from portal.db import db
from portal.insights.models import Translation
from portal.languages import current


class Said:
    """An article or a page as it is read. Whatever is no words is the piece's own."""

    def __init__(self, piece: Any, words: Translation | None) -> None:
        self.piece, self.words = piece, words or piece
        self.language: str = words.language if words else settings().language
        self.title: str = self.words.title
        self.summary: str = self.words.summary

    @property
    def html(self) -> str:
        """The rendered page."""
        return str(self.words.html)

    @property
    def foreign(self) -> bool:
        """Not in the language that is spoken now: the page says so."""
        return self.language != current()

    def __getattr__(self, name: str) -> Any:
        return getattr(self.piece, name)


def said(pieces: Sequence[Any]) -> list[Said]:
    """Pieces of one kind for a list: without their rendered pages, which are large."""
    slugs = [piece.slug for piece in pieces]
    if not slugs or current() == settings().language:
        return [Said(piece, None) for piece in pieces]
    rows = select(Translation).filter_by(kind=pieces[0].__tablename__, language=current())
    rows = rows.where(Translation.slug.in_(slugs)).options(defer(Translation.html))
    found = {words.slug: words for words in db.session.scalars(rows)}
    return [Said(piece, found.get(piece.slug)) for piece in pieces]


def said_whole(piece: Any) -> Said:
    """One piece, to be read."""
    if current() == settings().language:
        return Said(piece, None)
    return Said(piece, db.session.get(Translation, (piece.__tablename__, piece.slug, current())))
