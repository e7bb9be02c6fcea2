"""How many an opening is for, for who is about to publish it."""

from datetime import datetime

from sqlalchemy import func, select

from portal.alerts.queries.matching import who
from portal.db import db
from portal.jobs.queries.wanted import Wanted


def how_many(wanted: Wanted, now: datetime) -> int:
    """The members who agreed to hear of openings and whom this one is for, as it is said; it need not be in the
    database."""
    return db.session.scalar(select(func.count()).select_from(who(wanted, now).subquery())) or 0
