"""What an opening is at a time, by its times alone: nothing waits for the worker."""

from datetime import datetime

from sqlalchemy import ColumnElement, and_, or_

from portal.jobs.models import Posting


def not_closed(now: datetime) -> ColumnElement[bool]:
    """Neither its time nor anybody has ended it, whether it has begun or not."""
    return and_(
        or_(Posting.closes_at.is_(None), Posting.closes_at > now),
        or_(Posting.closed_at.is_(None), Posting.closed_at > now),
    )


def is_open(now: datetime) -> ColumnElement[bool]:
    """Everybody may see it."""
    return and_(Posting.publish_at <= now, Posting.opens_at <= now, not_closed(now))


def is_early(now: datetime) -> ColumnElement[bool]:
    """Only members who match may hear of it: for all others it is not there."""
    return and_(Posting.publish_at <= now, Posting.opens_at > now, not_closed(now))


def is_live(now: datetime) -> ColumnElement[bool]:
    """Early or open: members who match may hear of it."""
    return and_(Posting.publish_at <= now, not_closed(now))


def was_open(now: datetime) -> ColumnElement[bool]:
    """Everybody could see it once, and can no longer: its address answers 410."""
    ended = or_(Posting.closes_at <= now, Posting.closed_at <= now)
    return and_(ended, Posting.opens_at <= now, or_(Posting.closed_at.is_(None), Posting.closed_at > Posting.opens_at))
