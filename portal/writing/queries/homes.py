"""Where pieces live, and what those of a kind say now."""

from collections import defaultdict

from sqlalchemy import func, select, tuple_

from portal.db import db
from portal.writing.models import DESK, Piece, Version


def at_desk(kind: str) -> set[str]:
    """The slugs of the pieces of a kind whose home is the desk, also of those that were removed there."""
    return set(db.session.scalars(select(Piece.slug).filter_by(kind=kind, home=DESK)))


def said(kind: str, piece_id: int | None = None) -> dict[int, dict[str, Version]]:
    """What each piece of a kind says now, by its id and by language. A text that is empty: it is no longer said in
    that language. `piece_id`: of one piece only."""
    last = (
        select(Version.piece_id, Version.language, func.max(Version.number))
        .join(Piece, Piece.id == Version.piece_id)
        .where(Piece.kind == kind, Version.number.is_not(None))
        .group_by(Version.piece_id, Version.language)
    )
    if piece_id is not None:
        last = last.where(Version.piece_id == piece_id)
    rows = select(Version).where(tuple_(Version.piece_id, Version.language, Version.number).in_(last))
    found: dict[int, dict[str, Version]] = defaultdict(dict)
    for version in db.session.scalars(rows.execution_options(populate_existing=True)):
        found[version.piece_id][version.language] = version
    return found


def texts(piece: Piece) -> dict[str, str]:
    """What a piece says now, by language; the house's own ("") first. Without languages in which it says nothing."""
    now = said(piece.kind, piece.id)[piece.id]
    return {language: now[language].text for language in sorted(now) if now[language].text}


def knows(piece: Piece, language: str, text: str) -> bool:
    """Whether a piece's history has a text, in the line or beside it."""
    same = select(Version.id).where(Version.piece_id == piece.id, Version.language == language, Version.text == text)
    return db.session.scalar(same.limit(1)) is not None
