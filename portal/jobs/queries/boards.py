"""The boards as the desk sees them: when each was asked, what came of it, and what waits for a person's word."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import defer

from portal.db import db
from portal.jobs.models import Board, Posting, SyncRun
from portal.jobs.queries import problems
from portal.jobs.queries.states import not_closed
from portal.jobs.queries.unclear import unclear
from portal.jobs.queries.wanted import by_slugs
from portal.languages import gettext as _
from portal.languages import number

SOURCE_NAMES = {
    "greenhouse": "Greenhouse", "lever": "Lever", "ashby": "Ashby", "teamtailor": "Teamtailor", "json_ld": "JSON-LD",
}  # fmt: skip
"""As the vendors write themselves; another source goes by its own name."""
KEPT = 48
"""Visits of a board that are remembered: two days of them."""
SHOWN = 300
"""Lines of a board's table on its page, what is new first."""
_TOGETHER = {
    "listed": ("listed",), "new": ("new",), "changed": ("changed", "back"), "same": ("same",),
    "missing": ("missing", "waiting"), "closed": ("closed",),
}  # fmt: skip
ORDER = ("waiting", "missing", "new", "back", "changed", "closed", "left_out", "same")


@dataclass(frozen=True)
class Seen:
    """A board, how many of its openings stand here, and its last visit."""

    board: Board
    openings: int
    run: SyncRun | None

    @property
    def source(self) -> str:
        """Whose board it is."""
        return SOURCE_NAMES.get(self.board.source, self.board.source)

    @property
    def problem(self) -> str:
        """What was wrong with the last answer, as a sentence; "" for nothing."""
        return problems.in_words(self.run.problem) if self.run else ""


@dataclass(frozen=True)
class Line:
    """One opening in a board's table. `change`: one of ORDER; `unclear`: fields, as they are by now."""

    title: str
    slug: str | None
    change: str
    why: str
    unclear: Sequence[str]


def seen(now: datetime) -> list[Seen]:
    """Every board that is asked, and others whose openings still stand here."""
    counts = _counts(now)
    last = select(func.max(SyncRun.id)).group_by(SyncRun.board_id)
    runs = {
        run.board_id: run for run in db.session.scalars(select(SyncRun).where(SyncRun.id.in_(last)).options(_light()))
    }
    rows = db.session.scalars(select(Board).order_by(Board.title, Board.id))
    found = [Seen(board, counts.get(board.id, 0), runs.get(board.id)) for board in rows]
    return [one for one in found if one.board.removed_at is None or one.openings]


def one(id: int, now: datetime) -> Seen | None:
    """One of them."""
    board = db.session.get(Board, id)
    runs = visits(id, 1) if board else ()
    return Seen(board, _counts(now, id).get(id, 0), next(iter(runs), None)) if board else None


def visits(id: int, most: int) -> Sequence[SyncRun]:
    """The last visits to a board, without their tables, the newest first."""
    rows = select(SyncRun).filter_by(board_id=id).order_by(SyncRun.id.desc()).limit(most)
    return db.session.scalars(rows.options(_light())).all()


def table(id: int) -> tuple[datetime | None, list[Line], int]:
    """The last table of a board: of when it is, its first lines, how many more there are."""
    for run in visits(id, KEPT):
        if run.counts and "unchanged" not in run.counts and run.rows:  # its table is only read now
            lines = sorted(run.rows, key=lambda row: ORDER.index(row["change"]))
            return run.at, _lines(lines[:SHOWN]), max(0, len(lines) - SHOWN)
    return None, [], 0


def went(run: SyncRun) -> list[str]:
    """How a visit went, in sentences: what was wrong, and what was found."""
    said, counts = [problems.in_words(run.problem)] if run.problem else [], run.counts
    if "unchanged" in counts:
        return [*said, _("Nothing had changed.")]
    if not counts:
        return said
    found = {name: number(sum(counts.get(each, 0) for each in several)) for name, several in _TOGETHER.items()}
    sentence = _(
        "%(listed)s listed: %(new)s new, %(changed)s changed, %(same)s the same, "
        "%(missing)s missing, %(closed)s closed",
        **found,
    )
    return [*said, sentence]


def waiting(board: Board) -> Sequence[Posting]:
    """What waits for a person's word, by title."""
    rows = select(Posting).where(Posting.board_id == board.id, Posting.external_id.in_(board.waiting))
    return db.session.scalars(rows.order_by(Posting.title, Posting.id).options(defer(Posting.html))).all()


def mark(board: Board) -> str:
    """Differs when something else waits: what somebody agrees to is what they saw."""
    return hashlib.sha256("\0".join(board.waiting).encode()).hexdigest()[:32]


def _lines(rows: Sequence[dict[str, Any]]) -> list[Line]:
    lacks = {one.slug: unclear(one) for one in by_slugs([row["slug"] for row in rows if row["slug"]])}
    return [
        Line(
            row["title"], row["slug"], row["change"], problems.why(row.get("why", "")),
            [] if row["change"] in {"closed", "left_out"} else lacks.get(row["slug"], []),
        )
        for row in rows
    ]  # fmt: skip


def _counts(now: datetime, id: int | None = None) -> dict[int, int]:
    rows = select(Posting.board_id, func.count()).where(Posting.board_id.is_not(None), not_closed(now))
    rows = rows.where(Posting.board_id == id) if id else rows
    return {board: count for board, count in db.session.execute(rows.group_by(Posting.board_id)) if board}


def _light() -> Any:
    return defer(SyncRun.rows)
