"""Letters that are not sent yet go from one recruiter to another."""

from datetime import datetime

from sqlalchemy import case, update

from portal.db import changed
from portal.followups.models import Letter


def hand_over(from_id: int, to_id: int, now: datetime) -> int:
    """Give drafts to another, who then sends them under their own name. Returns how many. Notes keep who wrote them."""
    sender = case((Letter.sender_id == from_id, to_id), else_=Letter.sender_id)
    drafts = update(Letter).where(Letter.recruiter_id == from_id, Letter.mailing_id.is_(None))
    return changed(drafts.values(recruiter_id=to_id, sender_id=sender).execution_options(synchronize_session=False))
