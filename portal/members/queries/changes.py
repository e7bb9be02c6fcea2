"""What was changed of a member's own data, and by whom."""

from collections.abc import Sequence

from sqlalchemy import select

from portal.db import db
from portal.members.models import Change

LARGEST = 2**63 - 1
"""Of the numbers that a database can be asked for."""


def of_member(member_id: int) -> Sequence[Change]:
    """Every change, the newest first."""
    return db.session.scalars(select(Change).filter_by(member_id=member_id).order_by(Change.id.desc())).all()


def of(member_id: int, id: int) -> Change | None:
    """One change of this member's; None for a number that is somebody else's or nobody's."""
    if id > LARGEST:
        return None
    return db.session.scalar(select(Change).filter_by(id=id, member_id=member_id))
