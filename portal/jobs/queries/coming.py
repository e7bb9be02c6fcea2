"""What the next hours and days change about openings, by their times."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import literal, select, union_all

from portal.db import db
from portal.jobs.models import Posting
from portal.jobs.queries.states import not_closed


@dataclass(frozen=True, slots=True)
class Turn:
    """An opening comes to a state: `early`, `open` or `closed`."""

    title: str
    state: str
    at: datetime


def turns(now: datetime, limit: int) -> Sequence[Turn]:
    """The next that happen, the first one first."""
    ahead = [
        select(Posting.title, literal("early").label("state"), Posting.publish_at.label("at")).where(
            Posting.publish_at > now, Posting.opens_at > Posting.publish_at
        ),
        select(Posting.title, literal("open"), Posting.opens_at).where(Posting.opens_at > now),
        select(Posting.title, literal("closed"), Posting.closes_at).where(
            Posting.closes_at > now, Posting.publish_at.is_not(None)
        ),
    ]
    found = union_all(*(part.where(not_closed(now)) for part in ahead)).subquery()
    rows = db.session.execute(select(found).order_by(found.c.at, found.c.title).limit(limit))
    return [Turn(*row) for row in rows]
