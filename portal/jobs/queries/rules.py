"""What the words of a feed mean here: what a person said of one opening counts most, then what somebody said of all on
its board that say the same, then what the feed itself says plainly."""

from collections.abc import Collection, Mapping
from typing import Any

from sqlalchemy import select

from portal.db import db
from portal.jobs.models import BoardRule, Settled

Rules = Mapping[tuple[str, str], Any]
"""Values by field and words (as `key` makes them), as in `BoardRule`."""


def key(words: str) -> str:
    """Words as they are compared, and as `BoardRule.says` holds them: `Posting.said` goes through this."""
    return " ".join(words.casefold().split())[:200].strip()


def of_board(board_id: int) -> Rules:
    """What a board's words mean."""
    rows = select(BoardRule.field, BoardRule.says, BoardRule.value).filter_by(board_id=board_id)
    return {(field, says): value for field, says, value in db.session.execute(rows)}


def settled(posting_ids: Collection[int]) -> dict[int, dict[str, Any]]:
    """What people said of these openings, by field."""
    found: dict[int, dict[str, Any]] = {}
    rows = select(Settled.posting_id, Settled.field, Settled.value).where(Settled.posting_id.in_(posting_ids))
    for id, field, value in db.session.execute(rows):
        found.setdefault(id, {})[field] = value
    return found


def meant(said: Mapping[str, str], plain: Mapping[str, Any], rules: Rules, own: Mapping[str, Any]) -> dict[str, Any]:
    """Field by field what counts. `said`: the feed's words; `plain`: what it says so plainly that nobody need be asked;
    `own`: what people said of this opening. Where nobody knows, a field is missing: unknown."""
    ruled = {field: rules[field, key(words)] for field, words in said.items() if (field, key(words)) in rules}
    return {**plain, **ruled, **own}
