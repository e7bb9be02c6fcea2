"""What one visit to a board comes to: rows written, others missed, and a table of it for people to read."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select

from portal import content
from portal.db import db
from portal.jobs.actions.syncing import closing
from portal.jobs.actions.syncing.writing import Sheet, sheet, words, write
from portal.jobs.models import Board, Posting, SyncRun
from portal.jobs.queries.boards import KEPT
from portal.jobs.queries.unclear import unclear
from portal.jobs.queries.wanted import by_ids
from portal.jobs.sources.found import Answer, Found, Problem
from portal.jobs.sources.visiting import Visited
from portal.markdown import MarkdownError

NEWS = {"new", "changed", "back", "closed"}


@dataclass
class _Table:
    rows: list[dict[str, Any]] = field(default_factory=list)

    def add(self, change: str, id: str | None, title: str, row: Posting | None = None, why: str = "") -> None:
        line = {
            "id": id,
            "title": title,
            "change": change,
            "slug": row.slug if row else None,
            "posting": row and row.id,
        }
        self.rows.append({**line, "why": why} if why else line)


def settle(board: Board, visited: Visited, now: datetime) -> SyncRun:
    """Write what a visit found, and remember that it was made. For an answer that is none, or empty, nothing is
    closed."""
    if visited.state == "unchanged":
        return _run(board, now, _same(board, now))
    if visited.answer is None:
        return _run(board, now, {}, visited.problem)
    before, answer, problem = closing.standing(board, now), visited.answer, None
    table = _Table()
    if before and not answer.found:
        problem = Problem("empty", len(before))
        if _was_empty(board):
            closing.ask(board, before, now)
    else:
        board.etag, board.modified, board.good_at = visited.etag, visited.modified, now
    _write(answer, sheet(board), table, now)
    if problem is None and answer.whole:
        for change, row in closing.miss(board, before, answer.seen, now):
            table.add(change, row.external_id, row.title, row)
    elif problem is None:
        problem = Problem("nameless")
    if any(line["change"] in NEWS for line in table.rows):
        content.touch()
    db.session.flush()
    counts = _counts(table.rows, len(answer.found))
    return _run(board, now, counts, problem, table.rows)


def _write(answer: Answer, all_: Sheet, table: _Table, now: datetime) -> None:
    """The oldest first, as far as that is known: then the newest have the highest numbers."""
    far = datetime.max.replace(tzinfo=now.tzinfo)
    readable: list[tuple[Found, dict[str, Any]]] = []
    unreadable: list[Found] = []
    for found in sorted(answer.found, key=lambda one: one.published or far):
        try:
            readable.append((found, words(found, all_)))
        except MarkdownError:
            unreadable.append(found)
    for id, change in write(readable, all_, now).items():
        row = all_.rows[id]
        by_hand = change == "same" and row.closed_at is not None
        table.add(change, id, row.title, row, "closed_here" if by_hand else "")
    for found in unreadable:
        table.add("left_out", found.external_id, found.title, all_.rows.get(found.external_id), "unreadable")
    for one in answer.left_out:
        table.add("left_out", one.external_id, one.title, None, one.why)


def _counts(rows: Sequence[dict[str, Any]], listed: int) -> dict[str, int]:
    """How many of each, and on the way for each row what is unclear of it."""
    openings = {one.id: one for one in by_ids([line["posting"] for line in rows if line["posting"]])}
    for line in rows:
        one = openings.get(line.pop("posting"))
        line["unclear"] = unclear(one) if one and line["change"] not in {"closed", "left_out"} else []
    found = Counter(line["change"] for line in rows)
    lacking = sum(bool(line["unclear"]) for line in rows)
    return {"listed": listed, "unclear": lacking, **found}


def _same(board: Board, now: datetime) -> dict[str, int]:
    count = len(closing.standing(board, now))
    return {"listed": count, "same": count, "unchanged": 1}


def _was_empty(board: Board) -> bool:
    """Whether the answer before this one was empty, too."""
    last = select(SyncRun.problem).filter_by(board_id=board.id).order_by(SyncRun.id.desc()).limit(1)
    return (db.session.scalar(last) or "").startswith("empty")


def _run(
    board: Board, now: datetime, counts: dict[str, int], problem: Problem | None = None,
    rows: list[dict[str, Any]] | None = None,
) -> SyncRun:  # fmt: skip
    run = SyncRun(board_id=board.id, at=now, problem=str(problem or "")[:500], counts=counts, rows=rows or [])
    db.session.add(run)
    db.session.flush()
    kept = select(SyncRun.id).filter_by(board_id=board.id).order_by(SyncRun.id.desc()).limit(KEPT)
    db.session.execute(delete(SyncRun).where(SyncRun.board_id == board.id, SyncRun.id.not_in(kept.scalar_subquery())))
    return run
