"""Planned newsletters and questions that wait go from one recruiter to another."""

from datetime import datetime

from sqlalchemy import update

from portal.db import changed
from portal.newsletter.models import Approval, Campaign


def hand_over(from_id: int, to_id: int, now: datetime) -> int:
    """Give campaigns that are still to come, and what waits for somebody's yes, to another. Returns how many."""
    planned = update(Campaign).where(
        Campaign.recruiter_id == from_id, Campaign.send_at > now, Campaign.cancelled_at.is_(None)
    )
    asked = update(Approval).where(Approval.asked_by == from_id, Approval.answered_at.is_(None))
    return sum(
        changed(statement.execution_options(synchronize_session=False))
        for statement in (planned.values(recruiter_id=to_id), asked.values(asked_by=to_id))
    )
