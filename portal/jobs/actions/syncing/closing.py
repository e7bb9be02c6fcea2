"""Openings that are gone from their board: closed after two answers in a row without them, and never so many at once
that it is more likely the feed's mistake; then a person decides."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import defer

from portal import content
from portal.db import db
from portal.jobs.actions.syncing.writing import GONE_AFTER
from portal.jobs.models import Board, Posting
from portal.jobs.queries.boards import mark
from portal.jobs.queries.states import not_closed
from portal.staff.actions import audit
from portal.staff.models import Recruiter

MOST_PERCENT = 30
"""Of a board's openings, that one answer may close."""


class Moved(ValueError):
    """What somebody agreed to close is not what waits now."""


def standing(board: Board, now: datetime) -> Sequence[Posting]:
    """A board's openings that nothing has ended."""
    rows = select(Posting).where(Posting.board_id == board.id, not_closed(now))
    return db.session.scalars(rows.order_by(Posting.id).options(defer(Posting.source), defer(Posting.html))).all()


def miss(board: Board, before: Sequence[Posting], seen: Collection[str], now: datetime) -> list[tuple[str, Posting]]:
    """Count those that stood before and are not seen in a whole answer; close them, or ask. Returns them, each with
    what became of it: `missing`, `closed`, `waiting`."""
    gone = [row for row in before if row.external_id not in seen]
    for row in gone:
        row.misses = min(row.misses + 1, 1000)
    due = [row for row in gone if row.misses >= GONE_AFTER]
    close = len(due) * 100 <= len(before) * MOST_PERCENT
    if close:
        for row in due:
            _close(row, now)
    ask(board, [] if close else due, now)
    ends = "closed" if close else "waiting"
    return [(ends if row.misses >= GONE_AFTER else "missing", row) for row in gone]


def ask(board: Board, rows: Collection[Posting], now: datetime) -> None:
    """Have a person decide about these, and about no others any more."""
    board.waiting = sorted(row.external_id or "" for row in rows)
    board.asked_at = (board.asked_at or now) if rows else None


def close_waiting(board: Board, agreed: str, by: Recruiter, now: datetime) -> int:
    """Close what waits for a person's word; `agreed`: the mark of what they saw (`queries.boards.mark`). Returns how
    many. Nobody is mailed. Raises Moved, and closes nothing, if others wait by now."""
    if not board.waiting or agreed != mark(board):
        raise Moved
    rows = [row for row in standing(board, now) if row.external_id in board.waiting]
    for row in rows:
        row.misses = max(row.misses, GONE_AFTER)  # so that the board can open it again
        _close(row, now)
    ask(board, [], now)
    content.touch()
    audit.note(by, "board.close", "board", board.name, now, count=len(rows))
    return len(rows)


def _close(row: Posting, now: datetime) -> None:
    row.closed_at, row.changed_at = now, now
