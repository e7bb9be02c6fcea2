"""The person and the account."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, Dialect, ForeignKey, LargeBinary, SmallInteger, String
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.types import TypeDecorator

from portal.db import Base

WORK_MODES = {"remote": 1, "hybrid": 2, "onsite": 4}
CAREER_STAGES = ("looking", "open", "not_looking")
LANGUAGES = ("en", "de", "pt")


class WorkModes(TypeDecorator[frozenset[str]]):
    """A set of work modes kept as bits, so that one column answers "would they take remote?".

    An empty set means that the member set no restriction.
    """

    impl = SmallInteger
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> int | None:
        return None if value is None else sum(WORK_MODES[mode] for mode in set(value))

    def process_result_value(self, value: int | None, dialect: Dialect) -> frozenset[str] | None:
        return None if value is None else frozenset(m for m, bit in WORK_MODES.items() if value & bit)


class Member(Base):
    """A person in the community. Without `confirmed_at` it is only somebody's claim that they are."""

    __tablename__ = "member"
    __table_args__ = (
        CheckConstraint(f"career_stage IN {CAREER_STAGES}", name="career_stage"),
        CheckConstraint(f"language IN {LANGUAGES}", name="language"),
        CheckConstraint("work_modes BETWEEN 0 AND 7", name="work_modes"),
        CheckConstraint("mails_per_month BETWEEN 1 AND 31", name="mails_per_month"),
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
    mails_per_month: Mapped[int] = mapped_column(SmallInteger)
    created_at: Mapped[datetime]
    confirmed_at: Mapped[datetime | None] = mapped_column(index=True)


class AccountLink(Base):
    """A single-use link in an account mail: confirm, sign in, raise preferences, or the demo's.

    The secret itself is derived from `nonce` when the mail is built; only its hash is stored (W-01).
    `asked_by` is the hash of a cookie in the browser that asked (W-04); elsewhere the page shows a code. Without it
    any browser will do. `leads_to` is where one goes after signing in, a path of ours.
    """

    __tablename__ = "account_link"

    id: Mapped[int] = mapped_column(primary_key=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("member.id", ondelete="CASCADE"), index=True)
    purpose: Mapped[str] = mapped_column(String(12))
    mailing_id: Mapped[int | None] = mapped_column(ForeignKey("mailing.id", ondelete="SET NULL"), index=True)
    nonce: Mapped[str] = mapped_column(String(24))
    token_hash: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    asked_by: Mapped[bytes | None] = mapped_column(LargeBinary(32), index=True)
    leads_to: Mapped[str | None] = mapped_column(String(200))
    code_tries: Mapped[int] = mapped_column(SmallInteger, default=0)
    network: Mapped[str] = mapped_column(String(64))
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime | None]
    used_at: Mapped[datetime | None]


class SignInRequest(Base):
    """Somebody typed an address to sign in with. The worker answers and deletes it, so that the request itself
    does the same work whether or not we know the address (W-05)."""

    __tablename__ = "sign_in_request"

    id: Mapped[int] = mapped_column(primary_key=True)
    address_key: Mapped[str] = mapped_column(String(320))
    asked_by: Mapped[bytes | None] = mapped_column(LargeBinary(32))
    network: Mapped[str] = mapped_column(String(64))
    leads_to: Mapped[str | None] = mapped_column(String(200))
    asked_at: Mapped[datetime]
