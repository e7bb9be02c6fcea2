"""The openings as the desk sees them: drafts, and each that there is, wherever it comes from, with its state."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    CompoundSelect,
    ScalarSelect,
    and_,
    case,
    func,
    literal,
    null,
    or_,
    select,
    union_all,
)
from sqlalchemy.orm import aliased, defer

from portal.audience.models import Team
from portal.db import db
from portal.jobs.models import Board, Posting
from portal.jobs.queries.states import is_early, is_open
from portal.staff.models import Recruiter
from portal.staff.models.roles import WRITE
from portal.writing.models import DESK, Piece, Version
from portal.writing.queries.source import read

KIND = "job"
STATES = ("draft", "early", "open", "closed")


@dataclass(frozen=True)
class Row:
    """One opening in the list. `slug` leads to its words, where it has some of its own (`written`), else to what its
    board says. `state`: by its times; `planned`: a draft that is published at `publish_at`."""

    slug: str
    title: str
    state: str
    team: str
    board: str
    owner: str
    written: bool
    at_desk: bool
    publish_at: datetime | None
    opens_at: datetime | None
    closes_at: datetime | None
    closed_at: datetime | None

    @property
    def ended(self) -> datetime | None:
        """When it was over, or will be."""
        return min((at for at in (self.closes_at, self.closed_at) if at), default=None)

    @property
    def planned(self) -> bool:
        """A draft with a time at which members hear of it."""
        return self.state == "draft" and self.publish_at is not None


def row_of(slug: str) -> Posting | None:
    """The opening that there is under a slug, whatever its state; None for a draft that was never published."""
    return db.session.scalar(select(Posting).filter_by(slug=slug))


def rows(me: Recruiter, now: datetime, state: str, search: str, limit: int, offset: int) -> tuple[list[Row], bool]:
    """The openings that somebody may see, of one state or ("") of all, whose title or slug has the words of `search`:
    drafts first, then by what is newest; and whether there are more."""
    found = _all(now).subquery()
    wanted = select(found.c.piece_id, found.c.posting_id)
    if state:
        wanted = wanted.where(found.c.state == state)
    if not me.may(WRITE):
        wanted = wanted.where(found.c.owner_id == me.id)
    for word in search.split()[:5]:
        like = f"%{word.replace('%', '').replace('_', '')}%"
        wanted = wanted.where(or_(found.c.slug.ilike(like), found.c.title.ilike(like)))
    wanted = wanted.order_by(found.c.order, found.c.at.desc(), found.c.slug).limit(limit + 1).offset(offset)
    pairs = db.session.execute(wanted).all()
    return _rows([(row.piece_id, row.posting_id) for row in pairs[:limit]], now), len(pairs) > limit


def counts(me: Recruiter, now: datetime) -> dict[str, int]:
    """How many openings somebody may see, by state."""
    found = _all(now).subquery()
    rows = select(found.c.state, func.count()).group_by(found.c.state)
    if not me.may(WRITE):
        rows = rows.where(found.c.owner_id == me.id)
    said = {row[0]: row[1] for row in db.session.execute(rows)}
    return {state: said.get(state, 0) for state in STATES}


def _all(now: datetime) -> CompoundSelect[Any]:
    """Every opening and every draft once, with what the list is found and ordered by."""
    never_yet = and_(
        or_(Posting.publish_at.is_(None), Posting.publish_at > now),
        or_(Posting.closed_at.is_(None), Posting.closed_at > now),
    )
    holds = {"draft": never_yet, "early": is_early(now), "open": is_open(now)}
    there = select(
        Piece.id.label("piece_id"),
        Posting.id.label("posting_id"),
        Posting.slug.label("slug"),
        Posting.title.label("title"),
        Piece.owner_id.label("owner_id"),
        case(*((condition, state) for state, condition in holds.items()), else_="closed").label("state"),
        case(*((condition, i) for i, condition in enumerate(holds.values())), else_=len(holds)).label("order"),
        func.coalesce(Posting.publish_at, Posting.created_at).label("at"),
    ).outerjoin(Piece, and_(Piece.kind == KIND, Piece.slug == Posting.slug, Posting.board_id.is_(None)))
    drafts = (
        select(
            Piece.id, null(), Piece.slug, Version.text, Piece.owner_id, literal("draft"), literal(0), Version.at,
        )
        .join(Version, and_(Version.piece_id == Piece.id, Version.language == "", Version.number == _last()))
        .outerjoin(Posting, Posting.slug == Piece.slug)
        .where(Piece.kind == KIND, Piece.removed_at.is_(None), Posting.id.is_(None))
    )  # fmt: skip
    return union_all(there, drafts)


def _last() -> ScalarSelect[int | None]:
    """The number of what a piece says now."""
    version = aliased(Version)
    most = select(func.max(version.number)).where(version.piece_id == Piece.id, version.language == "")
    return most.correlate(Piece).scalar_subquery()


def _rows(pairs: Sequence[tuple[int | None, int | None]], now: datetime) -> list[Row]:
    pieces = _pieces([piece for piece, _posting in pairs if piece])
    postings = _postings(Posting.id.in_([posting for _piece, posting in pairs if posting]))
    return [_row(pieces.get(piece or 0), postings.get(posting or 0), now) for piece, posting in pairs]


def _pieces(ids: Sequence[int]) -> dict[int, tuple[Piece, str | None, str | None]]:
    """Pieces with the name of whose they are, and what they say."""
    rows = (
        select(Piece, Recruiter.name, Version.text)
        .outerjoin(Recruiter, Recruiter.id == Piece.owner_id)
        .outerjoin(Version, and_(Version.piece_id == Piece.id, Version.language == "", Version.number == _last()))
        .where(Piece.id.in_(ids))
    )
    return {piece.id: (piece, name, text) for piece, name, text in db.session.execute(rows)}


def _postings(which: ColumnElement[bool]) -> dict[int, tuple[Posting, Team | None, str | None]]:
    rows = (
        select(Posting, Team, Board.title)
        .outerjoin(Team, Team.id == Posting.team_id)
        .outerjoin(Board, Board.id == Posting.board_id)
        .where(which)
        .options(defer(Posting.html), defer(Posting.source))
    )
    return {posting.id: (posting, team, board) for posting, team, board in db.session.execute(rows)}


def _row(
    piece: tuple[Piece, str | None, str | None] | None, posting: tuple[Posting, Team | None, str | None] | None,
    now: datetime,
) -> Row:  # fmt: skip
    words, owner, text = piece or (None, None, None)
    row, team, board = posting or (None, None, None)
    slug = row.slug if row else words.slug if words else ""
    return Row(
        slug=slug,
        title=row.title if row else read(text or "", slug).title,
        state=row.state_at(now) if row else "draft",
        team=team.said if team else "",
        board=board or "",
        owner=owner or "",
        written=words is not None and words.removed_at is None,
        at_desk=words is not None and words.home == DESK,
        publish_at=row.publish_at if row else None,
        opens_at=row.opens_at if row else None,
        closes_at=row.closes_at if row else None,
        closed_at=row.closed_at if row else None,
    )


def one(piece: Piece, now: datetime) -> Row:
    """A piece as it stands in the list; of its words only the title is read, and that only once it is published."""
    there = and_(Posting.slug == piece.slug, Posting.board_id.is_(None))
    return _row((piece, None, None), next(iter(_postings(there).values()), None), now)


def there(slug: str, piece: Piece | None, now: datetime) -> tuple[Posting, Row] | None:
    """The opening that there is under a slug, and how it stands in the list; None for a draft that was never
    published. `piece`: what has its words, unless it comes from a board."""
    found = next(iter(_postings(Posting.slug == slug).values()), None)
    if found is None:
        return None
    words = (piece, None, None) if piece and found[0].board_id is None else None
    return found[0], _row(words, found, now)
