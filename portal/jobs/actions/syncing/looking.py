"""Whose turn it is to be asked, and by whom: one at a time."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import exists, or_, select, update

from portal.db import changed, db
from portal.jobs.models import Board, Posting, SyncRun
from portal.jobs.queries.states import not_closed
from portal.jobs.sources.found import Asked

TASK = "jobs.look"
EVERY = timedelta(hours=1)
LEASE = timedelta(minutes=20)
"""Longer than any visit takes; whoever holds it still is dead."""
WHOLE_EVERY = timedelta(days=1)
"""How often a board is read in full even if it says that nothing has changed."""


@dataclass(frozen=True, slots=True)
class Order:
    """A board to be asked: what `sources.visiting.visit` needs to know. `known`: ETag and Last-Modified."""

    id: int
    source: str
    board: Asked
    known: tuple[str | None, str | None]


def due(now: datetime) -> Sequence[int]:
    """The boards whose turn it is."""
    recent = exists().where(SyncRun.board_id == Board.id, SyncRun.at > now - EVERY)
    free = or_(Board.busy_until.is_(None), Board.busy_until <= now)
    return db.session.scalars(select(Board.id).where(Board.removed_at.is_(None), free, ~recent)).all()


def claim(id: int, now: datetime) -> Order | None:
    """Take a board on; None if somebody else has it, or it is gone. The caller commits, so that all others see it."""
    free = or_(Board.busy_until.is_(None), Board.busy_until <= now)
    mine = update(Board).where(Board.id == id, Board.removed_at.is_(None), free).values(busy_until=now + LEASE)
    if not changed(mine.execution_options(synchronize_session=False)):
        return None
    board = db.session.get_one(Board, id, populate_existing=True)
    return order(board, _known(board, now))


def order(board: Board, known: tuple[str | None, str | None] = (None, None)) -> Order:
    """What to ask a board for: everything, unless something of it is `known`."""
    return Order(board.id, board.source, Asked(board.name, board.url, board.mode_field), known)


def let_go(board: Board) -> None:
    """Whoever comes next may have it."""
    board.busy_until = None


def _known(board: Board, now: datetime) -> tuple[str | None, str | None]:
    """What lets a server say that nothing has changed. Not while something is missing: then an answer that is the same
    is news, and only a whole one counts."""
    missing = exists().where(Posting.board_id == board.id, Posting.misses > 0, not_closed(now))
    old = board.good_at is None or board.good_at <= now - WHOLE_EVERY
    if old or board.waiting or db.session.scalar(select(missing)):
        return None, None
    return board.etag, board.modified
