"""What a feed says of an opening, written into its row. What people said of it, and their rules, stand above it."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import chain, count
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import defer

from portal import markdown
from portal.config import settings
from portal.db import db
from portal.jobs.actions import settling
from portal.jobs.actions.syncing import meaning
from portal.jobs.models import ANYWHERE, FIELDS, Board, Posting
from portal.jobs.queries import rules
from portal.jobs.queries.wanted import Wanted, by_ids
from portal.jobs.sources.found import Found, Pay
from portal.jobs.sources.markup import markdown as of_html
from portal.writing.models import Piece
from portal.writing.queries import slug_of

GONE_AFTER = 2
"""Answers in a row that an opening has to be missing in."""


@dataclass
class Sheet:
    """All that writing a board's openings needs to look at, read once. `rows`: its openings by external id; `wanted`:
    what they say now, by row id; `own`: what people said of them; `taken`: addresses that somebody has."""

    board: Board
    rows: dict[str, Posting]
    wanted: Mapping[int, Wanted]
    own: Mapping[int, Mapping[str, Any]]
    rules: rules.Rules
    here: meaning.Catalogue
    taken: set[str]


def sheet(board: Board) -> Sheet:
    """A board's, as it is now."""
    listed = select(Posting).filter_by(board_id=board.id).options(defer(Posting.source), defer(Posting.html))
    rows = {row.external_id or "": row for row in db.session.scalars(listed)}
    ids = [row.id for row in rows.values()]
    taken = {*db.session.scalars(select(Posting.slug)), *db.session.scalars(select(Piece.slug))}
    return Sheet(board, rows, {one.id: one for one in by_ids(ids)}, rules.settled(ids), rules.of_board(board.id),
                 meaning.catalogue(), taken)  # fmt: skip


def words(found: Found, all_: Sheet) -> dict[str, Any]:
    """The columns of its text, if they are news; that takes long, so it is done before anything is written. Raises
    MarkdownError where it cannot be shown."""
    row = all_.rows.get(found.external_id)
    return {} if row is not None and row.content_hash == found.digest else _words(found)


def write(listed: Sequence[tuple[Found, dict[str, Any]]], all_: Sheet, now: datetime) -> dict[str, str]:
    """Make the rows say what a board lists; each with its `words`. Returns by external id what that was: `new`,
    `changed`, `back`, `same`."""
    became = {found.external_id: _write(found, news, all_, now) for found, news in listed}
    db.session.flush()
    for id in _mean([found for found, _news in listed], all_, now):
        became[id] = became[id] if became[id] != "same" else "changed"
    for id, change in became.items():
        if change != "same":
            all_.rows[id].changed_at = now
    db.session.flush()
    return became


def _write(found: Found, news: dict[str, Any], all_: Sheet, now: datetime) -> str:
    """Everything but what its words mean."""
    known = all_.rows.get(found.external_id)
    row = known or _begin(found, all_, now)
    back = row.closed_at is not None and row.misses >= GONE_AFTER
    if back:
        row.closed_at = None
    row.misses = 0
    said = {**news, **_pay(row, found, all_.board)}
    changed = any(getattr(row, name) != value for name, value in said.items())
    for name, value in said.items():
        setattr(row, name, value)
    row.said, row.content_hash = _said(found), found.digest
    _publish(row, all_.board, now)
    return "new" if known is None else "back" if back else "changed" if changed else "same"


def _words(found: Found) -> dict[str, Any]:
    """The columns that hold what people read. Raises MarkdownError."""
    source = of_html(found.html)
    html = markdown.page(source, settings().base_url)
    return {
        "title": found.title, "source": source, "html": html, "apply_url": found.apply_url,
        "closes_at": found.closes_at, "digest": hashlib.sha256(f"{found.title}\0{html}".encode()).digest(),
    }  # fmt: skip


def _begin(found: Found, all_: Sheet, now: datetime) -> Posting:
    slug = slug_of(found.title)
    free = next(one for one in chain([slug], (f"{slug}-{n}" for n in count(2))) if one not in all_.taken)
    all_.taken.add(free)
    row = Posting(
        slug=free, state="draft", board_id=all_.board.id, external_id=found.external_id, created_at=now, changed_at=now,
        misses=0, said={}, pay_unsaid="", work_modes=frozenset(),
    )  # fmt: skip
    db.session.add(row)
    all_.rows[found.external_id] = row
    return row


def _said(found: Found) -> dict[str, str]:
    return meaning.said(found) | ({"pay": repr(found.pay)} if found.pay else {})


def _pay(row: Posting, found: Found, board: Board) -> dict[str, Any]:
    """What it pays, or why that is not said. What somebody here wrote stays, as long as the feed says nothing."""
    if found.pay:
        return {**_columns(found.pay), "pay_unsaid": ""}
    gone = row.pay_max is not None and "pay" in row.said
    unsaid = board.pay_unsaid if (gone or row.pay_max is None) and not row.pay_unsaid else row.pay_unsaid
    return {**(_columns(None) if gone else {}), "pay_unsaid": unsaid}


def _columns(pay: Pay | None) -> dict[str, Any]:
    if pay is None:
        return dict.fromkeys(("pay_min", "pay_max", "pay_currency", "pay_per"))
    return {"pay_min": pay.low, "pay_max": pay.high, "pay_currency": pay.currency, "pay_per": pay.per}


def _publish(row: Posting, board: Board, now: datetime) -> None:
    """From when it first says what it pays, or why not, members hear of it: once, whatever becomes of it later."""
    if row.publish_at is None and row.closed_at is None and row.tells_pay:
        row.publish_at, row.opens_at = now, now + timedelta(hours=board.early_hours)


def _mean(listed: Iterable[Found], all_: Sheet, now: datetime) -> set[str]:
    """Write what their words mean here, and take away what nobody can say any more: once for all of which it is the
    same. Returns the ids of those of which anything was different."""
    puts: dict[tuple[str, str], tuple[Any, list[int]]] = {}
    changed: set[str] = set()
    for found in listed:
        row = all_.rows[found.external_id]
        plain = meaning.plain(found, all_.here)
        values = rules.meant(row.said, plain, all_.rules, all_.own.get(row.id, {}))
        before = all_.wanted.get(row.id)
        for field in FIELDS:
            value = _still_known(field, values.get(field), all_.here)
            if value != _now(before, field):
                puts.setdefault((field, repr(value)), (value, []))[1].append(row.id)
                changed.add(found.external_id)
    for (field, _key), (value, ids) in puts.items():
        settling.put(ids, field, value, now)
    return changed


def _still_known(field: str, value: Any, here: meaning.Catalogue) -> Any:
    """A value without what is retired since it was said; in the same form as `_now`."""
    known = here.known.get(field)
    if field in {"team", "level"}:
        return value if value in (known or ()) else None
    return sorted(one for one in value or () if known is None or one in known or one == ANYWHERE)


def _now(before: Wanted | None, field: str) -> Any:
    if before is None:
        return None if field in {"team", "level"} else []
    value = getattr(before, field)
    return value if field in {"team", "level"} else sorted(value)
