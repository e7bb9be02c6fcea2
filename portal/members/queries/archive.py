"""The archive that a member asked for: how it stands, and its bytes."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from sqlalchemy import Engine, exists, func, select

from portal.db import db
from portal.members.models import Archive, Change

KEPT = timedelta(days=7)
FRESH_AFTER = timedelta(days=1)
"""So long the same archive does, if nothing of the member's own was changed."""
CHUNK = 1 << 20
LOST = timedelta(minutes=5)
"""A task that has not made its archive by then is asked for again."""


def of_member(member_id: int) -> Archive | None:
    """The row, without its bytes."""
    return db.session.get(Archive, member_id)


def waits(row: Archive) -> bool:
    """Whether the worker still has it to make."""
    return row.built_at is None or row.built_at < row.asked_at


def ready_until(row: Archive | None, now: datetime) -> datetime | None:
    """Until when there is something to download; None if there is nothing, not yet or no longer."""
    if row is None or row.built_at is None or row.size is None or now >= row.built_at + KEPT:
        return None
    return row.built_at + KEPT


def same(row: Archive, now: datetime) -> bool:
    """Whether another one would say the same: this one is young, and nothing was changed since."""
    if row.built_at is None or not ready_until(row, now) or now - row.built_at >= FRESH_AFTER:
        return False
    later = exists().where(Change.member_id == row.member_id, Change.at >= row.built_at)
    return not db.session.scalar(select(later))


def content(member_id: int, size: int) -> Iterator[bytes]:
    """The bytes, a piece at a time, also when the request is over. Ends early if the row goes: its owner was erased."""
    return _pieces(db.engine, member_id, size)


def _pieces(engine: Engine, member_id: int, size: int) -> Iterator[bytes]:
    for start in range(0, size, CHUNK):
        with engine.connect() as connection:
            rows = select(func.substr(Archive.content, start + 1, CHUNK)).where(Archive.member_id == member_id)
            piece = connection.scalar(rows)
        if piece is None:
            return
        yield bytes(piece)


def unmade(now: datetime) -> list[int]:
    """Whose archives wait for longer than a task takes: it was lost."""
    waiting = (Archive.built_at.is_(None)) | (Archive.built_at < Archive.asked_at)
    return list(db.session.scalars(select(Archive.member_id).where(waiting, Archive.asked_at < now - LOST)))
