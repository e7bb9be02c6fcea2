"""When a member hears of openings, and which of them they have heard of."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, SmallInteger, String, text
from sqlalchemy.orm import Mapped, mapped_column

from portal.db import Base, BigId

EVERY = ("at_once", "daily", "weekly", "feed")
DEFAULT_EVERY, DEFAULT_WEEKDAY, DEFAULT_HOUR = "weekly", 1, 9


class AlertSetting(Base):
    """How often a member hears of openings; the worker makes one for whoever agrees to `job_alerts`.

    `weekday` (0 is Monday) and `hour` are on the clock of the member's zone. `next_at`: when the next digest is due;
    for `at_once` that is each day, with what was held back; none for `feed`. `feed_nonce`: in the addresses of their
    private feed and calendar; a new one ends the old addresses.
    """

    __tablename__ = "alert_setting"
    __table_args__ = (
        CheckConstraint(f"every IN {EVERY}", name="every"),
        CheckConstraint("weekday BETWEEN 0 AND 6", name="weekday"),
        CheckConstraint("hour BETWEEN 0 AND 23", name="hour"),
    )

    member_id: Mapped[int] = mapped_column(ForeignKey("member.id", ondelete="CASCADE"), primary_key=True)
    every: Mapped[str] = mapped_column(String(7), default=DEFAULT_EVERY)
    weekday: Mapped[int] = mapped_column(SmallInteger, default=DEFAULT_WEEKDAY, server_default=text("1"))
    hour: Mapped[int] = mapped_column(SmallInteger, default=DEFAULT_HOUR, server_default=text("9"))
    next_at: Mapped[datetime | None] = mapped_column(index=True)
    feed_nonce: Mapped[str | None] = mapped_column(String(24), unique=True)
    changed_at: Mapped[datetime]


class Announcement(Base):
    """A member heard of a posting, or is about to, by this delivery: once ever. `held_at`: that came to nothing, for
    `reason` (of a delivery that was not sent, or because the posting was left out of it), so the next digest takes it
    up again while the posting is open. `early`: before everybody."""

    __tablename__ = "announcement"
    __table_args__ = (
        Index("ix_announcement_posting_id", "posting_id", "member_id"),
        Index("ix_announcement_delivery_id", "delivery_id"),
        Index(
            "ix_announcement_held",
            "member_id",
            sqlite_where=text("held_at IS NOT NULL"),
            postgresql_where=text("held_at IS NOT NULL"),
        ),
    )

    member_id: Mapped[int] = mapped_column(ForeignKey("member.id", ondelete="CASCADE"), primary_key=True)
    posting_id: Mapped[int] = mapped_column(ForeignKey("posting.id", ondelete="CASCADE"), primary_key=True)
    delivery_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("delivery.id", ondelete="SET NULL"))
    early: Mapped[bool] = mapped_column(default=False)
    at: Mapped[datetime]
    held_at: Mapped[datetime | None]
    reason: Mapped[str | None] = mapped_column(String(20))


class DigestRun(Base):
    """A member's digest of one slot was made, if only to find that there is nothing new: a second run does no more.
    `items`: how many openings were new; those that the mail did not show, it linked to."""

    __tablename__ = "digest_run"

    member_id: Mapped[int] = mapped_column(ForeignKey("member.id", ondelete="CASCADE"), primary_key=True)
    slot: Mapped[datetime] = mapped_column(primary_key=True, index=True)
    delivery_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("delivery.id", ondelete="SET NULL"), index=True)
    items: Mapped[int] = mapped_column(SmallInteger)


class Round(Base):
    """When all whom a posting is for were looked for, so that they hear of it at once; they are looked for again after
    it has changed, since it may then be for others too."""

    __tablename__ = "alert_round"

    posting_id: Mapped[int] = mapped_column(ForeignKey("posting.id", ondelete="CASCADE"), primary_key=True)
    at: Mapped[datetime]
