"""What the worker does here: once a week, people to write to."""

from datetime import datetime

import structlog

from portal.db import db
from portal.followups.actions import suggest

log = structlog.get_logger(__name__)


def sweep(now: datetime) -> None:
    """Choose for whoever has none yet this week."""
    wanted = suggest.wanted(now)
    if not wanted:
        return
    made = suggest.make(wanted, now)
    db.session.commit()
    log.info("suggestions", recruiters=len(wanted), made=made)
