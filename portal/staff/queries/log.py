"""Reading the audit log, the newest first, by pages that begin where the last one ended."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, select

from portal.db import db
from portal.staff.models import AuditEntry

PAGE = 50
CHUNK = 1000
COMMAND = "command"


@dataclass(frozen=True, slots=True)
class Filter:
    """What to show. `who`: a recruiter's id, or 0 for commands and the worker; `before`, `after`: times."""

    who: int | None = None
    action: str = ""
    kind: str = ""
    member: int | None = None
    after: datetime | None = None
    before: datetime | None = None


def _rows(only: Filter) -> Select[AuditEntry]:
    rows = select(AuditEntry).order_by(AuditEntry.id.desc())
    if only.who is not None:
        rows = rows.where(AuditEntry.recruiter_id == only.who if only.who else AuditEntry.recruiter_id.is_(None))
    if only.action:
        rows = rows.where(AuditEntry.action == only.action)
    if only.kind:
        rows = rows.where(AuditEntry.kind == only.kind)
    if only.member is not None:
        rows = rows.where(AuditEntry.member_id == only.member)
    if only.after:
        rows = rows.where(AuditEntry.at >= only.after)
    if only.before:
        rows = rows.where(AuditEntry.at < only.before)
    return rows


def page(only: Filter, below: int | None) -> tuple[Sequence[AuditEntry], int | None]:
    """So many entries below an id (None: from the newest), and the id below which the next page begins, if any."""
    rows = _rows(only)
    if below is not None:
        rows = rows.where(AuditEntry.id < below)
    found = db.session.scalars(rows.limit(PAGE + 1)).all()
    return found[:PAGE], found[PAGE - 1].id if len(found) > PAGE else None


def everything(only: Filter) -> Iterator[dict[str, Any]]:
    """All of it as plain values, read piece by piece."""
    below: int | None = None
    while True:
        rows = _rows(only) if below is None else _rows(only).where(AuditEntry.id < below)
        found = db.session.scalars(rows.limit(CHUNK)).all()
        yield from map(plain, found)
        db.session.expunge_all()
        if len(found) < CHUNK:
            return
        below = found[-1].id


def plain(entry: AuditEntry) -> dict[str, Any]:
    """An entry as JSON holds it."""
    return {
        "id": entry.id,
        "at": entry.at.isoformat(),
        "action": entry.action,
        "kind": entry.kind,
        "object": entry.object_id,
        "recruiter": entry.recruiter_id,
        "member": entry.member_id,
        "detail": entry.detail,
    }
