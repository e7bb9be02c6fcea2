"""When what the public pages show has changed."""

from sqlalchemy import update
from sqlalchemy.orm import Mapped, mapped_column

from portal.db import Base, db


class ContentStamp(Base):
    """One row whose number grows with every change of what the public pages show: their cache's key."""

    __tablename__ = "content_stamp"

    id: Mapped[int] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column(default=1)


def touch() -> None:
    """Say that public pages may look different from now on."""
    db.session.execute(update(ContentStamp).values(version=ContentStamp.version + 1))
