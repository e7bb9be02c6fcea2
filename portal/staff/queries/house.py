"""What holds for the whole desk."""

from sqlalchemy import ColumnElement, select

from portal.db import db
from portal.staff.models import House


def house() -> House:
    """The one row; a migration put it there."""
    return db.session.get_one(House, 1)


def is_live() -> ColumnElement[bool]:
    """In a query: whether an admin has gone live. Until then mail that stands on consent reaches staff only."""
    return select(House.live_at.is_not(None)).where(House.id == 1).scalar_subquery()
