"""Pictures of ours."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import defer

from portal.db import db
from portal.writing.models import Media


def picture(name: str) -> Media | None:
    """A picture by its name, with its bytes."""
    return db.session.scalar(select(Media).filter_by(name=name))


def pictures(limit: int, offset: int = 0) -> Sequence[Media]:
    """The newest pictures, without their bytes."""
    rows = select(Media).order_by(Media.id.desc()).limit(limit).offset(offset)
    return db.session.scalars(rows.options(defer(Media.data))).all()
