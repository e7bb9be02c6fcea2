"""Notes and details about a member. The member reads them in their export, and every form says so."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from portal.db import Base


class Note(Base):
    """Something that a recruiter wrote down about a member."""

    __tablename__ = "note"

    id: Mapped[int] = mapped_column(primary_key=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("member.id", ondelete="CASCADE"), index=True)
    recruiter_id: Mapped[int] = mapped_column(ForeignKey("recruiter.id"), index=True)
    words: Mapped[str] = mapped_column(String(2000))
    at: Mapped[datetime]


class Detail(Base):
    """A remembered detail, ready to be merged into a letter: `key` is the field ("built"), `words` what follows it.

    `source` says from where it is known, `learnt_on` when.
    """

    __tablename__ = "detail"
    __table_args__ = (UniqueConstraint("member_id", "key"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("member.id", ondelete="CASCADE"))
    key: Mapped[str] = mapped_column(String(20))
    words: Mapped[str] = mapped_column(String(200))
    source: Mapped[str] = mapped_column(String(200))
    learnt_on: Mapped[date]
    recruiter_id: Mapped[int] = mapped_column(ForeignKey("recruiter.id"), index=True)
    at: Mapped[datetime]


class Suggestion(Base):
    """Somebody to write to this week, and why. `week`: its Monday; `why`: reasons by name, with their values.

    The key keeps two recruiters from being sent to the same person in a week.
    """

    __tablename__ = "suggestion"
    __table_args__ = (
        UniqueConstraint("week", "member_id"),
        Index("ix_suggestion_recruiter_id", "recruiter_id", "week"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    recruiter_id: Mapped[int] = mapped_column(ForeignKey("recruiter.id"))
    week: Mapped[date]
    member_id: Mapped[int] = mapped_column(ForeignKey("member.id", ondelete="CASCADE"), index=True)
    why: Mapped[dict[str, Any]] = mapped_column(JSON)
    dismissed_at: Mapped[datetime | None]


class Suggested(Base):
    """A week whose suggestions have been made for a recruiter, be they none."""

    __tablename__ = "suggested"

    week: Mapped[date] = mapped_column(primary_key=True)
    recruiter_id: Mapped[int] = mapped_column(ForeignKey("recruiter.id"), primary_key=True)
