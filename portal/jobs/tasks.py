"""What the worker does with openings: take each on as far as its times say."""

from datetime import datetime

import structlog

from portal import content
from portal.db import db
from portal.jobs.actions import times

log = structlog.get_logger(__name__)


def sweep(now: datetime) -> None:
    """Take every opening to the state that its times say. The public pages look different from then on; whom to tell of
    it, `alerts` works out by the same times."""
    moved = times.advance(now)
    if moved:
        content.touch()
        log.info("openings moved", **moved)
    db.session.commit()
