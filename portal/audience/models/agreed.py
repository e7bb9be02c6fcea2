"""What members agreed to, and addresses that must not be written to."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, String, text
from sqlalchemy.orm import Mapped, mapped_column

from portal.db import Base

ASKED = ("newsletter", "job_alerts", "check_ins")
"""Purposes that stand on consent; `account` and `applications` stand on a relation instead (P2)."""
PURPOSES = ("account", "applications", *ASKED)
SUPPRESSIONS = ("erased", "bounced", "complained", "do_not_write")


class Consent(Base):
    """Somebody agreed to a purpose, in these words, at this time, in this way. Append-only: the database
    refuses deletion and every change but one withdrawal (triggers); erasure takes the person and from where."""

    __tablename__ = "consent"
    __table_args__ = (
        CheckConstraint(f"purpose IN {ASKED}", name="purpose"),
        Index(
            "uq_consent_live",
            "member_id",
            "purpose",
            unique=True,
            sqlite_where=text("withdrawn_at IS NULL"),
            postgresql_where=text("withdrawn_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    member_id: Mapped[int | None] = mapped_column(ForeignKey("member.id"), index=True)
    purpose: Mapped[str] = mapped_column(String(12))
    wording: Mapped[str] = mapped_column(String(20))
    given_at: Mapped[datetime]
    given_by: Mapped[str] = mapped_column(String(20))
    given_from: Mapped[str] = mapped_column(String(64))
    withdrawn_at: Mapped[datetime | None]
    withdrawn_by: Mapped[str | None] = mapped_column(String(20))
    withdrawn_from: Mapped[str | None] = mapped_column(String(64))


class JoinRequest(Base):
    """What somebody who gave an address asked for. It counts only when that address confirms its own link,
    so that nobody can put words into another request.

    The worker answers it: it finds or makes the member and the link. So the request itself does the same work for
    every address (W-05), and until then both are empty.
    """

    __tablename__ = "join_request"

    id: Mapped[int] = mapped_column(primary_key=True)
    member_id: Mapped[int | None] = mapped_column(ForeignKey("member.id", ondelete="CASCADE"), index=True)
    link_id: Mapped[int | None] = mapped_column(ForeignKey("account_link.id", ondelete="CASCADE"), unique=True)
    address: Mapped[str] = mapped_column(String(320))
    name: Mapped[str] = mapped_column(String(80))
    purposes: Mapped[str] = mapped_column(String(60))
    wording: Mapped[str] = mapped_column(String(20))
    way: Mapped[str] = mapped_column(String(20))
    network: Mapped[str] = mapped_column(String(64))
    asked_by: Mapped[bytes | None] = mapped_column(LargeBinary(32))
    asked_at: Mapped[datetime]


class Suppression(Base):
    """An address we must not write to. Known by a keyed hash; `member_id` only while there is a member."""

    __tablename__ = "suppression"
    __table_args__ = (CheckConstraint(f"reason IN {SUPPRESSIONS}", name="reason"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    address_hash: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    member_id: Mapped[int | None] = mapped_column(ForeignKey("member.id", ondelete="SET NULL"), index=True)
    reason: Mapped[str] = mapped_column(String(12))
    since: Mapped[datetime]


class Leaving(Base):
    """Somebody left a purpose by the link in a mail, and why if they said so ("" until then). Holds no person.

    `mailing_id`: the last mail of that purpose that they had got, if it was for many. `ticket`: the digest of what the
    page after leaving holds, random, by which its reason finds this row; gone once told.
    """

    __tablename__ = "leaving"

    id: Mapped[int] = mapped_column(primary_key=True)
    purpose: Mapped[str] = mapped_column(String(12))
    reason: Mapped[str] = mapped_column(String(20))
    mailing_id: Mapped[int | None] = mapped_column(ForeignKey("mailing.id", ondelete="SET NULL"), index=True)
    ticket: Mapped[bytes | None] = mapped_column(LargeBinary(32), index=True)
    day: Mapped[date]
