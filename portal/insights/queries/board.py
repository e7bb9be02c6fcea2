"""The insights as the desk sees them: each with its home and its state."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, or_, select
from sqlalchemy.orm import aliased, defer

from portal.audience.models import Interest
from portal.db import db
from portal.insights.models import Insight
from portal.staff.models import Recruiter
from portal.writing.models import DESK, Piece, Version
from portal.writing.queries.source import read

KIND = "insight"
DRAFT, PLANNED, PUBLISHED = "draft", "planned", "published"


@dataclass(frozen=True)
class Row:
    """One insight in the list. `day`: from which it can be read; `changed`: when its words were last saved."""

    slug: str
    title: str
    state: str
    at_desk: bool
    members_only: bool
    author: str
    day: date | None
    changed: datetime | None


def state(insight: Insight | None, day: date) -> str:
    """Whether an insight can be read."""
    return DRAFT if insight is None else PLANNED if insight.published > day else PUBLISHED


def rows(day: date, search: str, limit: int, offset: int) -> tuple[list[Row], bool]:
    """The insights whose slug, title or author has the words of `search`, drafts and what was changed last first; and
    whether there are more."""
    line = aliased(Version)
    last = select(func.max(line.number)).where(line.piece_id == Piece.id, line.language == "").correlate(Piece)
    found = (
        select(Piece, Insight, Version, Recruiter.name)
        .outerjoin(Insight, Insight.slug == Piece.slug)
        .outerjoin(
            Version,
            (Version.piece_id == Piece.id) & (Version.language == "") & (Version.number == last.scalar_subquery()),
        )
        .outerjoin(Recruiter, Recruiter.id == Piece.owner_id)
        .where(Piece.kind == KIND, Piece.removed_at.is_(None))
        .options(defer(Insight.html), defer(Insight.source))
        .order_by(Insight.published.is_not(None), Version.at.desc(), Piece.id.desc())
    )
    for word in search.split()[:5]:
        like = f"%{word.replace('%', '').replace('_', '')}%"
        found = found.where(or_(Piece.slug.ilike(like), Insight.title.ilike(like), Version.text.ilike(like)))
    all_ = db.session.execute(found.limit(limit + 1).offset(offset)).all()
    return [_row(*one, day) for one in all_[:limit]], len(all_) > limit


def _row(piece: Piece, insight: Insight | None, version: Version | None, owner: str | None, day: date) -> Row:
    front = read(version.text, piece.slug).front if version else {}
    title = str(front.get("title") or (insight.title if insight else "") or piece.slug)
    author = str(front.get("author") or (insight.author if insight else "") or owner or "")
    return Row(
        piece.slug, title, state(insight, day), piece.home == DESK, front.get("members_only") is True, author,
        insight.published if insight else None, version.at if version else None,
    )  # fmt: skip


def row_of(slug: str) -> Insight | None:
    """What can be read under a slug, now or from a day on."""
    return db.session.scalar(select(Insight).filter_by(slug=slug))


def choices() -> dict[str, list[tuple[str, str]]]:
    """The interests that an insight may be about, by group, each with its slug and name."""
    grouped: dict[str, list[tuple[str, str]]] = {}
    rows = select(Interest).where(Interest.retired.is_(False)).order_by(Interest.position)
    for interest in db.session.scalars(rows):
        grouped.setdefault(interest.group_name, []).append((interest.slug, interest.said))
    return grouped


def slugs() -> Sequence[str]:
    """Every slug that an insight has, or had."""
    return db.session.scalars(select(Piece.slug).filter_by(kind=KIND).union(select(Insight.slug))).all()
