"""Imports of people, and those of them whom nobody may write to."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from portal.db import Base, BigId

UNPROVEN = ("no_time", "bad_time", "no_way", "no_purpose", "not_confirmed", "disabled")


class ImportRun(Base):
    """How far a file has been brought in. `digest`: of the file and of what was said about its columns.

    `done`: so many rows were dealt with, and `counts` says how; both are written with the rows themselves.
    `held_by`, `held_until`: the process that is at it, until it is silent for that long.
    """

    __tablename__ = "import_run"

    id: Mapped[int] = mapped_column(primary_key=True)
    digest: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    started_at: Mapped[datetime]
    done: Mapped[int] = mapped_column(BigId, default=0)
    counts: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    held_by: Mapped[str | None] = mapped_column(String(24))
    held_until: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]


class Invitation(Base):
    """Somebody of an imported file whom nobody may mail, since `reason`; nobody ever does. Their personal link, whose
    secret is derived from `nonce`, opens the form to join. Forgotten after some months."""

    __tablename__ = "invitation"
    __table_args__ = (CheckConstraint(f"reason IN {UNPROVEN}", name="reason"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    import_id: Mapped[int | None] = mapped_column(ForeignKey("import_run.id", ondelete="SET NULL"), index=True)
    address: Mapped[str] = mapped_column(String(320))
    address_key: Mapped[str] = mapped_column(String(320), unique=True)
    name: Mapped[str] = mapped_column(String(80))
    reason: Mapped[str] = mapped_column(String(13))
    nonce: Mapped[str] = mapped_column(String(24))
    token_hash: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    created_at: Mapped[datetime] = mapped_column(index=True)
