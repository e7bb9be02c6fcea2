"""Finding members."""

from sqlalchemy import select

from portal.db import db
from portal.members.models import Member


def by_id(id: int) -> Member | None:
    """A confirmed member. Without confirming, nobody has an account to sign in to."""
    found = db.session.get(Member, id)
    return found if found and found.confirmed_at else None


def by_key(key: str) -> Member | None:
    """The member of an address's lookup key, confirmed or not."""
    return db.session.scalar(select(Member).filter_by(address_key=key))
