"""How far a file has been brought in, so that an import which was stopped goes on where it was."""

import hashlib
import secrets
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import or_, select, update

from portal.audience.models import ImportRun
from portal.db import changed, db, insert_into

HELD = timedelta(minutes=1)
"""An import that says nothing for so long is dead. One piece takes a second, and waits for SQLite at most ten."""


class Busy(Exception):
    """Another process is bringing this file in, or died at it a moment ago."""

    def __init__(self, done: int, until: datetime) -> None:
        super().__init__(done, until)
        self.done, self.until = done, until


@dataclass(frozen=True, slots=True)
class Held:
    """A run, held by this process under a name of its own. `done` and `counts`: what was done before."""

    id: int
    by: str
    done: int
    counts: Counter[str]


def key(digest: bytes, said: str) -> bytes:
    """What an import is known by: the file, and what was said about it."""
    return hashlib.sha256(digest + said.encode()).digest()


def finished(digest: bytes) -> ImportRun | None:
    """The run that brought this file in, all of it, if there is one."""
    done = select(ImportRun).where(ImportRun.digest == digest, ImportRun.finished_at.is_not(None))
    return db.session.scalar(done)


def begin(digest: bytes, now: datetime) -> Held:
    """Take up the run of a file: the one that was stopped, or a new one from the first row. Raises Busy."""
    new = insert_into(ImportRun).values(digest=digest, started_at=now, done=0, counts={})
    db.session.execute(new.on_conflict_do_nothing())
    over = update(ImportRun).where(ImportRun.digest == digest, ImportRun.finished_at.is_not(None))
    db.session.execute(over.values(done=0, counts={}, started_at=now, finished_at=None))
    by = secrets.token_urlsafe(12)
    free = or_(ImportRun.held_until.is_(None), ImportRun.held_until <= now)
    held = changed(update(ImportRun).where(ImportRun.digest == digest, free).values(held_by=by, held_until=now + HELD))
    run = db.session.scalars(select(ImportRun).filter_by(digest=digest).execution_options(populate_existing=True)).one()
    if not held:
        raise Busy(run.done, run.held_until or now)
    return Held(run.id, by, run.done, Counter(run.counts))


def advance(held: Held, values: Mapping[str, Any], now: datetime) -> None:
    """Write down how far we are, in the transaction that went there. Raises Busy if another has taken over."""
    mine = update(ImportRun).where(ImportRun.id == held.id, ImportRun.held_by == held.by)
    if not changed(mine.values(held_until=now + HELD, **values)):
        raise Busy(held.done, now + HELD)


def let_go(held: Held, finished_at: datetime | None) -> None:
    """Done, or stopped but alive: whoever comes next need not wait."""
    mine = update(ImportRun).where(ImportRun.id == held.id, ImportRun.held_by == held.by)
    db.session.execute(mine.values(held_by=None, held_until=None, finished_at=finished_at))
