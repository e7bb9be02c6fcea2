"""Pictures of ours: re-encoded when they come in, served by our own route."""

from datetime import datetime

from sqlalchemy import ForeignKey, LargeBinary, SmallInteger, String
from sqlalchemy.orm import Mapped, mapped_column

from portal.db import Base


class Media(Base):
    """One picture. `name` is its address under /media/, with the ending that its type has; `digest` is of `data`."""

    __tablename__ = "media"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(80), unique=True)
    type: Mapped[str] = mapped_column(String(10))
    width: Mapped[int] = mapped_column(SmallInteger)
    height: Mapped[int] = mapped_column(SmallInteger)
    alt: Mapped[str] = mapped_column(String(300))
    data: Mapped[bytes] = mapped_column(LargeBinary)
    digest: Mapped[bytes] = mapped_column(LargeBinary(32), index=True)
    recruiter_id: Mapped[int | None] = mapped_column(ForeignKey("recruiter.id"), index=True)
    created_at: Mapped[datetime]

    @property
    def markdown(self) -> str:
        """What an author writes where it is to stand."""
        alt = self.alt.translate({ord("["): "(", ord("]"): ")"})
        return f"![{alt}](/media/{self.name})"
