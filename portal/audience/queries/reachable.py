"""How many members mail could reach at all, whatever their budget is today."""

from datetime import datetime

from sqlalchemy import func, select

from portal.audience.models import SUPPRESSIONS, Eligibility
from portal.audience.models.eligibility import SUPPRESSION_BITS
from portal.db import db


def reachable(now: datetime) -> int:
    """Members who agreed to some kind of mail and whom we are not kept from writing to."""
    stopping = sum(SUPPRESSION_BITS[reason] for reason in SUPPRESSIONS)
    rows = select(func.count()).select_from(Eligibility)
    rows = rows.where(Eligibility.consents != 0, Eligibility.suppressed.bitwise_and(stopping) == 0)
    return db.session.scalar(rows) or 0
