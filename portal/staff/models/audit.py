"""The audit log: who did what at the desk. Append-only in the database; the persons may be taken out, nothing else."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from portal.db import Base, BigId


class AuditEntry(Base):
    """One thing that somebody did. `recruiter_id`: None for a command or the worker; `member_id`: whom it was about.

    `kind` and `object_id` name the thing ("issue", "2026-12-a-quiet-month"). `detail`: old and new values, never words
    about a person, so that taking the persons out leaves nothing of them.
    """

    __tablename__ = "audit_entry"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    at: Mapped[datetime] = mapped_column(index=True)
    action: Mapped[str] = mapped_column(String(40), index=True)
    kind: Mapped[str] = mapped_column(String(20))
    object_id: Mapped[str] = mapped_column(String(100))
    recruiter_id: Mapped[int | None] = mapped_column(ForeignKey("recruiter.id"), index=True)
    member_id: Mapped[int | None] = mapped_column(ForeignKey("member.id", ondelete="SET NULL"), index=True)
    detail: Mapped[dict[str, Any]] = mapped_column(JSON)
