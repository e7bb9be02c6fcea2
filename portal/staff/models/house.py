"""What holds for the whole desk, and in whose name mail may go out."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, String, false
from sqlalchemy.orm import Mapped, mapped_column

from portal.db import Base


class House(Base):
    """One row. Until an admin goes live (`live_at`), mail that stands on consent reaches staff addresses only.

    `approval`: a second person says yes before anything is sent. `spreading`: senders may spread a mail over hours.
    """

    __tablename__ = "house"

    id: Mapped[int] = mapped_column(primary_key=True)
    live_at: Mapped[datetime | None]
    live_by: Mapped[int | None] = mapped_column(ForeignKey("recruiter.id"))
    approval: Mapped[bool] = mapped_column(default=False, server_default=false())
    spreading: Mapped[bool] = mapped_column(default=False, server_default=false())


class SenderPermission(Base):
    """Somebody lets mail go out under their name: for a purpose, or (`about`) for one mail. Given by themselves only.

    `asked_by` is who would like to; `given_at` is None while they have not answered, `withdrawn_at` set when they said
    no or took it back.
    """

    __tablename__ = "sender_permission"
    __table_args__ = (CheckConstraint("(purpose IS NULL) <> (about IS NULL)", name="scope"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    recruiter_id: Mapped[int] = mapped_column(ForeignKey("recruiter.id"), index=True)
    purpose: Mapped[str | None] = mapped_column(String(12))
    about: Mapped[str | None] = mapped_column(String(100))
    asked_by: Mapped[int | None] = mapped_column(ForeignKey("recruiter.id"))
    asked_at: Mapped[datetime]
    given_at: Mapped[datetime | None]
    withdrawn_at: Mapped[datetime | None]
