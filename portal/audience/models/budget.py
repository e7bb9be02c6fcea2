"""How much mail is right: the hours, and the mails of a month."""

from datetime import datetime

from sqlalchemy import ForeignKey, SmallInteger, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from portal.db import Base, BigId


class Rhythm(Base):
    """Hours and weekdays in which mail may come, shared by all who chose the same.

    Databases know no time zones, so what this means now is worked out in Python and kept: mail may go from `opens_at`
    to `closes_at`, before that it waits for `opens_at`, after it for `next_at`. Good until `next_at`.
    """

    __tablename__ = "rhythm"
    __table_args__ = (UniqueConstraint("time_zone", "mail_opens", "mail_closes", "weekdays"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    time_zone: Mapped[str] = mapped_column(String(40))
    mail_opens: Mapped[int] = mapped_column(SmallInteger)
    mail_closes: Mapped[int] = mapped_column(SmallInteger)
    weekdays: Mapped[int] = mapped_column(SmallInteger)
    opens_at: Mapped[datetime]
    closes_at: Mapped[datetime] = mapped_column(index=True)
    next_at: Mapped[datetime]


class Slot(Base):
    """One mail of a member's budget (P4): `number` counts from 0 and stays below what they set. The key decides when
    two workers want the last one. It is free again 30 days after `taken_at`."""

    __tablename__ = "slot"

    member_id: Mapped[int] = mapped_column(ForeignKey("member.id", ondelete="CASCADE"), primary_key=True)
    number: Mapped[int] = mapped_column(SmallInteger, primary_key=True, autoincrement=False)
    delivery_id: Mapped[int] = mapped_column(BigId, ForeignKey("delivery.id", ondelete="CASCADE"), unique=True)
    taken_at: Mapped[datetime]
