"""Keeping who changed what of a member's own data, so that it can be shown and undone."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from portal.db import db
from portal.members.models import Change


def record(
    member_id: int, by: str, before: Mapping[str, Any], after: Mapping[str, Any], now: datetime
) -> Change | None:
    """Record a change of a member's own data; None, and nothing kept, if nothing differs.

    `by`: you, link (by the link in a mail), import or retention. `before` and `after` hold the same fields with values
    that JSON has; only those that differ are kept.
    """
    differ = [name for name in after if before.get(name) != after[name]]
    if not differ:
        return None
    row = Change(
        member_id=member_id,
        at=now,
        by=by,
        before={name: before.get(name) for name in differ},
        after={name: after[name] for name in differ},
    )
    db.session.add(row)
    db.session.flush()
    return row
