"""Finding recruiters."""

from collections.abc import Collection, Sequence

from sqlalchemy import ColumnElement, and_, select

from portal.db import db
from portal.staff.models import Recruiter


def active() -> ColumnElement[bool]:
    """Of a `recruiter` of the enclosing query: has joined and not left."""
    return and_(Recruiter.joined_at.is_not(None), Recruiter.ended_at.is_(None))


def by_id(id: int) -> Recruiter | None:
    """A recruiter who may sign in, or None."""
    return db.session.scalar(select(Recruiter).where(Recruiter.id == id, active()))


def any_by_id(id: int) -> Recruiter | None:
    """A recruiter, whether or not they have joined or left."""
    return db.session.get(Recruiter, id)


def by_key(key: str) -> Recruiter | None:
    """The recruiter with an address (its key), whether or not they have joined or left."""
    return db.session.scalar(select(Recruiter).where(Recruiter.address_key == key))


def by_subject(subject: str) -> Recruiter | None:
    """The recruiter whom the identity provider knows as this, whether or not they have left."""
    return db.session.scalar(select(Recruiter).where(Recruiter.subject == subject))


def colleagues() -> Sequence[Recruiter]:
    """Everybody who has joined and not left, by name."""
    return db.session.scalars(select(Recruiter).where(active()).order_by(Recruiter.name, Recruiter.id)).all()


def everybody() -> Sequence[Recruiter]:
    """Also who has not joined yet, and who has left: those at the desk first, by name."""
    rows = select(Recruiter).order_by(Recruiter.ended_at.is_not(None), Recruiter.name, Recruiter.id)
    return db.session.scalars(rows).all()


def names(ids: Collection[int]) -> dict[int, str]:
    """What people are called, by id; also of those who have left."""
    rows = select(Recruiter.id, Recruiter.name).where(Recruiter.id.in_(ids)) if ids else None
    return {row.id: row.name for row in db.session.execute(rows)} if rows is not None else {}
