"""Whose the segments are, and how many each selects."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, literal, select

from portal.audience.models import Eligibility
from portal.audience.queries.segments import Rule, segment_clause
from portal.db import db
from portal.staff.models import Recruiter
from portal.writing.models import DESK, Piece

MANY = 50_000
"""Members from which on counting them for each segment takes longer than a page may."""
AT_ONCE = 20
"""Segments that are counted in one pass over the rows."""


@dataclass(frozen=True, slots=True)
class Owned:
    """The piece of a segment, and whose it is: "" for the house's."""

    piece: Piece
    owner: str


def owned(slug: str | None = None) -> dict[str, Owned]:
    """Every segment that is a piece, by slug, also those that were removed; or only the one of that slug."""
    rows = select(Piece, Recruiter.name).outerjoin(Recruiter, Recruiter.id == Piece.owner_id)
    rows = rows.where(Piece.slug == slug) if slug else rows
    return {
        piece.slug: Owned(piece, name or "") for piece, name in db.session.execute(rows.where(Piece.kind == "segment"))
    }


def at_desk(piece: Piece | None) -> bool:
    """Whether it is edited at the desk."""
    return piece is not None and piece.home == DESK and piece.removed_at is None


def slugs() -> set[str]:
    """Every slug that a segment at the desk has or had: newsletters may still name it."""
    return set(db.session.scalars(select(Piece.slug).filter_by(kind="segment")))


def many_members() -> bool:
    """Whether counting takes so long that a list comes without it first."""
    return (db.session.scalar(select(func.max(Eligibility.member_id))) or 0) > MANY


def counts(rules: Mapping[str, Rule], now: datetime) -> dict[str, int]:
    """How many members each rule selects, twenty rules to a statement."""
    named = list(rules.items())
    found: dict[str, int] = {}
    for first in range(0, len(named), AT_ONCE):
        some = named[first : first + AT_ONCE]
        found |= zip((name for name, _ in some), _counted([rule for _, rule in some], now), strict=True)
    return found


def _counted(rules: Sequence[Rule], now: datetime) -> Sequence[int]:
    columns: list[Any] = [func.count().filter(segment_clause(rule, now)) for rule in rules]
    return db.session.execute(select(*columns, literal(0)).select_from(Eligibility)).one()[:-1]
