"""Recruiters: everybody with a place at the desk, whatever their role, and how they prove who they are."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from portal.db import Base
from portal.staff.models.roles import ROLES, may


class Recruiter(Base):
    """One account at the desk. `joined_at`: when they took up their invitation; `ended_at`: when they left, after which
    the row only says who did what.

    `title` and `reply_to` are for mail under their name. The secret of the second factor is derived from `totp_nonce`
    and never stored; `totp_step` is the last time step whose code was used, since each counts once. `totp_at`: when it
    was set up. `subject`: who they are at the identity provider.
    """

    __tablename__ = "recruiter"
    __table_args__ = (CheckConstraint(f"role IN {ROLES}", name="role"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    address: Mapped[str] = mapped_column(String(320))
    address_key: Mapped[str] = mapped_column(String(320), unique=True)
    name: Mapped[str] = mapped_column(String(80))
    title: Mapped[str] = mapped_column(String(80), default="", server_default="")
    reply_to: Mapped[str | None] = mapped_column(String(320))
    role: Mapped[str] = mapped_column(String(9))
    language: Mapped[str] = mapped_column(String(2), default="en", server_default="en")
    time_zone: Mapped[str] = mapped_column(String(40), default="UTC", server_default="UTC")
    password_hash: Mapped[str | None] = mapped_column(String(200))
    totp_nonce: Mapped[str | None] = mapped_column(String(40))
    totp_digest: Mapped[bytes | None] = mapped_column(LargeBinary(32))
    totp_step: Mapped[int] = mapped_column(default=0, server_default="0")
    totp_at: Mapped[datetime | None]
    subject: Mapped[str | None] = mapped_column(String(255), unique=True)
    created_at: Mapped[datetime]
    created_by: Mapped[int | None] = mapped_column(ForeignKey("recruiter.id"))
    joined_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]

    @property
    def active(self) -> bool:
        """Has joined and not left."""
        return self.joined_at is not None and self.ended_at is None

    def may(self, right: str) -> bool:
        """Whether the role has a right at all; for which things, each slice's policy says."""
        return may(self.role, right)


class RecoveryCode(Base):
    """A code that stands in for the second factor, once. Kept as a digest."""

    __tablename__ = "recovery_code"

    id: Mapped[int] = mapped_column(primary_key=True)
    recruiter_id: Mapped[int] = mapped_column(ForeignKey("recruiter.id", ondelete="CASCADE"), index=True)
    digest: Mapped[bytes] = mapped_column(LargeBinary(32))
    used_at: Mapped[datetime | None]


class StaffLink(Base):
    """A link that works once: to take up an invitation, or to set a new password and second factor.

    Shown to who made it, and mailed; the secret is derived from `nonce` and only its digest is kept. One lives for each
    recruiter (W-01). `password_hash` and `totp_nonce`: what was chosen behind it so far, which counts once it is used.
    """

    __tablename__ = "staff_link"
    __table_args__ = (CheckConstraint("purpose IN ('invite', 'reset')", name="purpose"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    recruiter_id: Mapped[int] = mapped_column(ForeignKey("recruiter.id", ondelete="CASCADE"), index=True)
    purpose: Mapped[str] = mapped_column(String(6))
    nonce: Mapped[str] = mapped_column(String(24))
    digest: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    mailing_id: Mapped[int | None] = mapped_column(ForeignKey("mailing.id", ondelete="SET NULL"), index=True)
    password_hash: Mapped[str | None] = mapped_column(String(200))
    totp_nonce: Mapped[str | None] = mapped_column(String(24))
    created_at: Mapped[datetime]
    created_by: Mapped[int | None] = mapped_column(ForeignKey("recruiter.id"))
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
