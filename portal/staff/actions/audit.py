"""Writing into the audit log (W-28)."""

from datetime import datetime
from typing import Any

from portal.db import db
from portal.staff.models import AuditEntry, Recruiter


def note(
    who: Recruiter | int | None,
    action: str,
    kind: str,
    object_id: object,
    now: datetime,
    *,
    member_id: int | None = None,
    **detail: Any,
) -> None:
    """Write down that somebody (None: a command or the worker) did something to something.

    `action`: a verb and what it is done to, with dots: "campaign.schedule", "role.change". `detail`: plain values that
    JSON holds, old and new; never words about a person.
    """
    id = who.id if isinstance(who, Recruiter) else who
    db.session.add(
        AuditEntry(
            at=now, action=action, kind=kind, object_id=str(object_id)[:100], recruiter_id=id, member_id=member_id,
            detail=detail,
        )
    )  # fmt: skip
