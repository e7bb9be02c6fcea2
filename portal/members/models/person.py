"""The person, what they say of themselves, and who changed it."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, Dialect, ForeignKey, Index, SmallInteger, String, false, text
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.types import TypeDecorator

from portal.db import Base, BigId
from portal.languages import LANGUAGES

WORK_MODES = {"remote": 1, "hybrid": 2, "onsite": 4}
LEVELS = {"entry": 1, "experienced": 2, "senior": 4, "lead": 8}
CAREER_STAGES = ("looking", "open", "not_looking")
PER = ("hour", "day", "month", "year")
CHANNELS = ("mail", "phone")
_FREE, _PAID = text("available_from IS NOT NULL"), text("pay_floor IS NOT NULL")
"""Few set these, and each opening asks for who did."""
EVERY_DAY = 127
"""Weekdays as bits, Monday is 1."""


class _Bits(TypeDecorator[frozenset[str]]):
    """A set kept as bits, so that one column answers "would they take remote?". Empty: no restriction."""

    impl = SmallInteger
    bits: Mapping[str, int]

    def process_bind_param(self, value: Any, dialect: Dialect) -> int | None:
        return None if value is None else sum(self.bits[name] for name in set(value))

    def process_result_value(self, value: int | None, dialect: Dialect) -> frozenset[str] | None:
        return None if value is None else frozenset(name for name, bit in self.bits.items() if value & bit)


class WorkModes(_Bits):
    """A set of work modes."""

    cache_ok = True
    bits = WORK_MODES


class Levels(_Bits):
    """A set of levels of responsibility."""

    cache_ok = True
    bits = LEVELS


class Member(Base):
    """A person in the community. Without `confirmed_at` it is only somebody's claim that they are.

    Mail comes from `mail_opens` to `mail_closes` (hours in `time_zone`; from 22 to 6 is over midnight) on `weekdays`;
    `rhythm_id` is that as audience keeps it, None for any time (no foreign key: SQLite could not drop its column).
    `pause_until` is a day in their zone, `paused_until` the moment it begins. `lives_in`: ISO 3166-1 two letters.
    `contact_at`: when they last did something here.
    """

    __tablename__ = "member"
    __table_args__ = (
        CheckConstraint(f"career_stage IN {CAREER_STAGES}", name="career_stage"),
        CheckConstraint(f"language IN {tuple(LANGUAGES)}", name="language"),
        CheckConstraint("work_modes BETWEEN 0 AND 7", name="work_modes"),
        CheckConstraint("levels BETWEEN 0 AND 15", name="levels"),
        CheckConstraint("weekdays BETWEEN 1 AND 127", name="weekdays"),
        CheckConstraint(
            "mail_opens BETWEEN 0 AND 23 AND mail_closes BETWEEN 1 AND 24 AND mail_opens <> mail_closes", name="hours"
        ),
        CheckConstraint("mails_per_month BETWEEN 1 AND 31", name="mails_per_month"),
        Index("ix_member_available_from", "available_from", "id", sqlite_where=_FREE, postgresql_where=_FREE),
        # SQLite would give the number of an erased member to the next who joins, and with it the links in old mail.
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    address: Mapped[str] = mapped_column(String(320))
    address_key: Mapped[str] = mapped_column(String(320), unique=True)
    name: Mapped[str] = mapped_column(String(80))
    language: Mapped[str] = mapped_column(String(2), default="en")
    career_stage: Mapped[str] = mapped_column(String(11), default="open")
    work_modes: Mapped[frozenset[str]] = mapped_column(WorkModes, default=frozenset())
    levels: Mapped[frozenset[str]] = mapped_column(Levels, default=frozenset(), server_default=text("0"))
    lives_in: Mapped[str | None] = mapped_column(String(2))
    available_from: Mapped[date | None]
    mails_per_month: Mapped[int] = mapped_column(SmallInteger)
    time_zone: Mapped[str] = mapped_column(String(40), default="UTC", server_default="UTC")
    mail_opens: Mapped[int] = mapped_column(SmallInteger, default=0, server_default=text("0"))
    mail_closes: Mapped[int] = mapped_column(SmallInteger, default=24, server_default=text("24"))
    weekdays: Mapped[int] = mapped_column(SmallInteger, default=EVERY_DAY, server_default=text("127"))
    rhythm_id: Mapped[int | None] = mapped_column(index=True)
    pause_until: Mapped[date | None]
    paused_until: Mapped[datetime | None]
    created_at: Mapped[datetime]
    confirmed_at: Mapped[datetime | None] = mapped_column(index=True)
    contact_at: Mapped[datetime | None] = mapped_column(index=True)


class Profile(Base):
    """What a member says about themselves beyond what anybody is chosen by. No row: nothing said.

    `pay_floor` is compared with an opening's pay and never shown to anyone else; `hidden_people`: names, one a line.
    """

    __tablename__ = "profile"
    __table_args__ = (
        CheckConstraint(f"pay_per IN {PER}", name="pay_per"),
        CheckConstraint(f"channel IN {CHANNELS}", name="channel"),
        CheckConstraint("(pay_floor IS NULL) = (pay_currency IS NULL)", name="pay_currency"),
        CheckConstraint("(pay_floor IS NULL) = (pay_per IS NULL)", name="pay_floor"),
        Index(
            "ix_profile_pay_floor", "pay_currency", "pay_floor", "pay_per", "member_id", sqlite_where=_PAID,
            postgresql_where=_PAID,
        ),
    )  # fmt: skip

    member_id: Mapped[int] = mapped_column(ForeignKey("member.id", ondelete="CASCADE"), primary_key=True)
    pay_floor: Mapped[int | None]
    pay_currency: Mapped[str | None] = mapped_column(String(3))
    pay_per: Mapped[str | None] = mapped_column(String(5))
    next_wish: Mapped[str] = mapped_column(String(1000), default="", server_default="")
    channel: Mapped[str] = mapped_column(String(5), default="mail", server_default="mail")
    phone: Mapped[str] = mapped_column(String(40), default="", server_default="")
    phone_opens: Mapped[int] = mapped_column(SmallInteger, default=9, server_default=text("9"))
    phone_closes: Mapped[int] = mapped_column(SmallInteger, default=17, server_default=text("17"))
    not_at_work: Mapped[bool] = mapped_column(default=False, server_default=false())
    hidden_people: Mapped[str] = mapped_column(String(1000), default="", server_default="")


class Change(Base):
    """Who changed what of a member's own data, and what it was before: shown to them, and undone from there.

    `by`: you, link (by the link in a mail), import or retention. `before` and `after`: the fields that changed.
    """

    __tablename__ = "change"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("member.id", ondelete="CASCADE"), index=True)
    at: Mapped[datetime]
    by: Mapped[str] = mapped_column(String(10))
    before: Mapped[dict[str, Any]] = mapped_column(JSON)
    after: Mapped[dict[str, Any]] = mapped_column(JSON)
    undone_at: Mapped[datetime | None]
