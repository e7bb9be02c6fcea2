"""What becomes of invitations that were handed over, or not."""

from datetime import datetime, timedelta

from sqlalchemy import delete

from portal.audience.models import Invitation
from portal.db import changed, db

KEPT = timedelta(days=90)
"""So long somebody's personal link waits for them."""


def used(address_key: str) -> None:
    """Whoever has joined needs none any more."""
    gone = delete(Invitation).filter_by(address_key=address_key)
    db.session.execute(gone.execution_options(synchronize_session=False))


def forget(now: datetime) -> int:
    """Delete those that nobody used for three months. Returns how many."""
    old = delete(Invitation).where(Invitation.created_at < now - KEPT)
    return changed(old.execution_options(synchronize_session=False))
