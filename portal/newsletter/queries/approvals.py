"""What waits for somebody's yes."""

from collections.abc import Sequence

from sqlalchemy import select

from portal.db import db
from portal.newsletter.models import Approval


def last(slug: str) -> Approval | None:
    """What was asked last about a newsletter, answered or not; None if nothing was."""
    return db.session.scalar(select(Approval).filter_by(slug=slug).order_by(Approval.id.desc()).limit(1))


def waiting() -> Sequence[Approval]:
    """Everything that nobody has answered yet, the oldest first."""
    return db.session.scalars(select(Approval).where(Approval.answered_at.is_(None)).order_by(Approval.id)).all()
