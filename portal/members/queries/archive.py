"""The archive that a member asked for: how it stands, and its bytes."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from sqlalchemy import func, select

from portal.db import db
from portal.members.models import Archive

KEPT = timedelta(days=7)
FRESH_AFTER = timedelta(days=1)
"""So long the same archive does, if the member has changed nothing."""
CHUNK = 1 << 20
LOST = timedelta(minutes=5)
"""A task that has not made its archive by then is asked for again."""


def of_member(member_id: int) -> Archive | None:
    """The row, without its bytes."""
    return db.session.scalar(select(Archive).filter_by(member_id=member_id))


def waits(row: Archive) -> bool:
    """Whether the worker still has it to make."""
    return row.built_at is None or row.built_at < row.asked_at


def ready_until(row: Archive | None, now: datetime) -> datetime | None:
    """Until when there is something to download; None if there is nothing, not yet or no longer."""
    if row is None or row.built_at is None or row.size is None or now >= row.built_at + KEPT:
        return None
    return row.built_at + KEPT


def content(id: int, size: int) -> Iterator[bytes]:
    """The bytes, a piece at a time. Ends early if the row goes meanwhile, as it does when its owner is erased."""
    for start in range(0, size, CHUNK):
        piece = db.session.scalar(select(func.substr(Archive.content, start + 1, CHUNK)).filter_by(id=id))
        db.session.rollback()
        if piece is None:
            return
        yield bytes(piece)


def unmade(now: datetime) -> list[int]:
    """Archives that wait for longer than a task takes: it was lost."""
    waiting = (Archive.built_at.is_(None)) | (Archive.built_at < Archive.asked_at)
    return list(db.session.scalars(select(Archive.id).where(waiting, Archive.asked_at < now - LOST)))
