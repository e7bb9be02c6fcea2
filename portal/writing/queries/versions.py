"""Pieces and the versions of their words."""

from collections.abc import Collection, Sequence

from sqlalchemy import Select, select
from sqlalchemy.orm import defer

from portal.db import db
from portal.staff.models import Recruiter
from portal.writing.models import Piece, Version


def find(kind: str, slug: str) -> Piece | None:
    """A piece by what it is (insight, issue, segment) and its slug; also one that was removed."""
    return db.session.scalar(select(Piece).filter_by(kind=kind, slug=slug))


def of_kind(kind: str) -> Sequence[Piece]:
    """Every piece of a kind that was not removed, the one that was begun last first."""
    rows = select(Piece).where(Piece.kind == kind, Piece.removed_at.is_(None))
    return db.session.scalars(rows.order_by(Piece.created_at.desc(), Piece.id.desc())).all()


def current(piece: Piece, language: str = "") -> Version | None:
    """What a piece says now in a language ("" for the house's own), or None if it says nothing in it yet."""
    line = _of(piece, language).where(Version.number.is_not(None)).order_by(Version.number.desc()).limit(1)
    return db.session.scalar(line.execution_options(populate_existing=True))


def history(piece: Piece, language: str = "", limit: int = 200) -> Sequence[Version]:
    """The line of versions without their texts, which are large; the newest first."""
    line = _of(piece, language).where(Version.number.is_not(None)).order_by(Version.number.desc())
    return db.session.scalars(line.limit(limit).options(defer(Version.text))).all()


def beside(piece: Piece, language: str = "", limit: int = 100) -> Sequence[Version]:
    """What stands beside the line, decided about or not, without the texts; the newest first."""
    rows = _of(piece, language).where(Version.number.is_(None)).order_by(Version.at.desc(), Version.id.desc())
    return db.session.scalars(rows.limit(limit).options(defer(Version.text))).all()


def open_words(piece: Piece, recruiter_id: int, language: str = "") -> Sequence[Version]:
    """Words of somebody's own that stand beside the line and that nobody has decided about yet; the newest first."""
    rows = _of(piece, language).where(
        Version.number.is_(None), Version.settled_at.is_(None), Version.recruiter_id == recruiter_id
    )
    return db.session.scalars(rows.order_by(Version.at.desc(), Version.id.desc()).limit(20)).all()


def recent(piece: Piece, language: str, limit: int) -> Sequence[Version]:
    """The newest versions of the line, with their texts."""
    line = _of(piece, language).where(Version.number.is_not(None)).order_by(Version.number.desc())
    return db.session.scalars(line.limit(limit)).all()


def before(version: Version) -> Version | None:
    """What a version came after: the one before it in the line; of one beside it, what its writer had before them."""
    if version.number is None:
        return db.session.get(Version, version.base_id) if version.base_id else None
    line = select(Version).filter_by(piece_id=version.piece_id, language=version.language)
    return db.session.scalar(line.where(Version.number < version.number).order_by(Version.number.desc()).limit(1))


def names(ids: Collection[int | None]) -> dict[int | None, str]:
    """The names of recruiters, also of those who left."""
    rows = select(Recruiter.id, Recruiter.name).where(Recruiter.id.in_({id for id in ids if id}))
    return {row.id: row.name for row in db.session.execute(rows)}


def _of(piece: Piece, language: str) -> Select[Version]:
    return select(Version).where(Version.piece_id == piece.id, Version.language == language)
