"""Finding recruiters."""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, and_, select

from portal.db import db
from portal.staff.models import Recruiter


def active() -> ColumnElement[bool]:
    """Of a `recruiter` of the enclosing query: has joined and not left."""
    return and_(Recruiter.joined_at.is_not(None), Recruiter.ended_at.is_(None))


def by_id(id: int) -> Recruiter | None:
    """A recruiter who may sign in, or None."""
    return db.session.scalar(select(Recruiter).where(Recruiter.id == id, active()))


def by_key(key: str) -> Recruiter | None:
    """The recruiter with an address (its key), whether or not they have joined or left."""
    return db.session.scalar(select(Recruiter).where(Recruiter.address_key == key))


def colleagues() -> Sequence[Recruiter]:
    """Everybody who has joined and not left, by name."""
    return db.session.scalars(select(Recruiter).where(active()).order_by(Recruiter.name, Recruiter.id)).all()
