"""How long what we hold is kept, and what was asked of people before it ends."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, SmallInteger, String
from sqlalchemy.orm import Mapped, mapped_column

from portal.db import Base, BigId

RENEWED_BY = ("contact", "person")
UNITS = ("months", "weeks")


class RetentionRule(Base):
    """The rule for people who live in a country (ISO 3166-1 two letters), or for all others ("default").

    `member_months` after the last contact, or with `renewed_by` person after they last said yes, what is held of a
    member is erased. `application` so many `application_unit` after it was closed.
    """

    __tablename__ = "retention_rule"
    __table_args__ = (
        CheckConstraint(f"renewed_by IN {RENEWED_BY}", name="renewed_by"),
        CheckConstraint(f"application_unit IN {UNITS}", name="application_unit"),
    )

    country: Mapped[str] = mapped_column(String(7), primary_key=True)
    member_months: Mapped[int] = mapped_column(SmallInteger)
    application: Mapped[int] = mapped_column(SmallInteger)
    application_unit: Mapped[str] = mapped_column(String(6))
    renewed_by: Mapped[str] = mapped_column(String(7))


class Renewal(Base):
    """Whether a member may still be kept: when they last said yes, and the two mails in which they were asked.

    `since`: the contact, or the yes, whose time was running out. Once there is a later one, the question is settled,
    and nothing has to be cleared. The key makes of two workers one that asks.
    """

    __tablename__ = "renewal"

    member_id: Mapped[int] = mapped_column(ForeignKey("member.id", ondelete="CASCADE"), primary_key=True)
    kept_at: Mapped[datetime | None]
    since: Mapped[datetime | None]
    first_at: Mapped[datetime | None]
    first_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("delivery.id", ondelete="SET NULL"), index=True)
    last_at: Mapped[datetime | None]
    last_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("delivery.id", ondelete="SET NULL"), index=True)


class RetentionWatch(Base):
    """One row: when it was last looked whose time is over, and since when that has been done without a gap."""

    __tablename__ = "retention_watch"

    id: Mapped[int] = mapped_column(primary_key=True)
    looked_at: Mapped[datetime]
    since: Mapped[datetime]
