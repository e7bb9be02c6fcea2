"""What one recruiter has written and owns goes to another."""

from datetime import datetime

from sqlalchemy import update

from portal.db import changed
from portal.writing.models import Piece


def hand_over(from_id: int, to_id: int, now: datetime) -> int:
    """Give pieces (and so segments) to another. Returns how many. Versions keep who wrote them."""
    mine = update(Piece).where(Piece.owner_id == from_id).values(owner_id=to_id)
    return changed(mine.execution_options(synchronize_session=False))
