"""One model of an opening, wherever it comes from: a file, the desk or a feed."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    CheckConstraint,
    ForeignKey,
    Index,
    LargeBinary,
    SmallInteger,
    String,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from portal.db import Base
from portal.members.models import LEVELS, PER
from portal.members.models.person import WorkModes

STATES = ("draft", "early", "open", "closed")
ANYWHERE = "*"
"""Stands among the countries of an opening whose applicants may live anywhere."""
A_YEAR = {"year": 1, "month": 12, "day": 220, "hour": 1720}
"""How many of a period are a year's work, to compare pay: 220 days, and 1,720 hours as EU projects count them."""


class Posting(Base):
    """An opening. `work_modes` empty: nobody has said yet, which meets no restriction (P3).

    The times are the truth, `state` is how far the worker has taken it: members who match hear of it from `publish_at`,
    everybody from `opens_at` (the same, or later by what the posting says), nobody from `closes_at` or `closed_at` on.
    `level`, `team_id`, the places, countries and interests: unknown when empty. Pay is a range for a period, or
    `pay_unsaid` says why there is none; without either nobody is told of it. `board_id` and `external_id` (together the
    identity of what a feed brought; both empty otherwise), `content_hash`: of what the feed said last; `misses`: in how
    many answers in a row it was missing; `said`: the feed's own words by field (`boards.FIELDS`), of which rules are
    made. `questions`: that decide whether to apply. `html`: rendered from `source`.
    """

    __tablename__ = "posting"
    __table_args__ = (
        CheckConstraint(f"state IN {STATES}", name="state"),
        CheckConstraint(f"level IN {tuple(LEVELS)}", name="level"),
        CheckConstraint("work_modes BETWEEN 0 AND 7", name="work_modes"),
        CheckConstraint(f"pay_per IN {PER}", name="pay_per"),
        CheckConstraint("(pay_max IS NULL) = (pay_currency IS NULL)", name="pay_currency"),
        CheckConstraint("(pay_max IS NULL) = (pay_per IS NULL)", name="pay_max"),
        CheckConstraint("pay_min IS NULL OR pay_min <= pay_max", name="pay_min"),
        CheckConstraint("opens_at >= publish_at", name="opens_at"),
        CheckConstraint("(board_id IS NULL) = (external_id IS NULL)", name="external_id"),
        UniqueConstraint("board_id", "external_id"),
        Index("ix_posting_publish_at", "publish_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(String(100), unique=True)
    state: Mapped[str] = mapped_column(String(6), default="draft", index=True)
    title: Mapped[str] = mapped_column(String(160))
    team_id: Mapped[int | None] = mapped_column(ForeignKey("team.id"), index=True)
    level: Mapped[str | None] = mapped_column(String(11))
    work_modes: Mapped[frozenset[str]] = mapped_column(WorkModes, default=frozenset())
    pay_min: Mapped[int | None]
    pay_max: Mapped[int | None]
    pay_currency: Mapped[str | None] = mapped_column(String(3))
    pay_per: Mapped[str | None] = mapped_column(String(5))
    pay_unsaid: Mapped[str] = mapped_column(String(200), default="", server_default="")
    process: Mapped[str | None] = mapped_column(String(60))
    vacancy: Mapped[bool] = mapped_column(default=True)
    starts_on: Mapped[date | None]
    publish_at: Mapped[datetime | None]
    opens_at: Mapped[datetime | None]
    closes_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    apply_url: Mapped[str] = mapped_column(String(500), default="", server_default="")
    questions: Mapped[list[str]] = mapped_column(JSON, default=list, server_default=text("'[]'"))
    source: Mapped[str] = mapped_column(Text)
    html: Mapped[str] = mapped_column(Text)
    digest: Mapped[bytes] = mapped_column(LargeBinary(32))
    board_id: Mapped[int | None] = mapped_column(ForeignKey("board.id"))
    external_id: Mapped[str | None] = mapped_column(String(200))
    content_hash: Mapped[bytes | None] = mapped_column(LargeBinary(32))
    misses: Mapped[int] = mapped_column(SmallInteger, default=0, server_default=text("0"))
    said: Mapped[dict[str, str]] = mapped_column(JSON, default=dict, server_default=text("'{}'"))
    created_at: Mapped[datetime]
    changed_at: Mapped[datetime]

    @property
    def pay_yearly(self) -> int | None:
        """The most that it pays, for a year's work."""
        return self.pay_max * A_YEAR[self.pay_per] if self.pay_max is not None and self.pay_per else None

    @property
    def tells_pay(self) -> bool:
        """Whether it says what it pays, or why not: before that nobody is told of it."""
        return self.pay_max is not None or bool(self.pay_unsaid)

    def state_at(self, now: datetime) -> str:
        """What it is by its times, whatever the worker has got round to."""
        if self.publish_at is None or self.opens_at is None or now < self.publish_at:
            return "closed" if self.closed_at and self.closed_at <= now else "draft"
        ends = min((at for at in (self.closes_at, self.closed_at) if at), default=None)
        return "closed" if ends and ends <= now else "early" if now < self.opens_at else "open"


class PostingPlace(Base):
    """An opening's work is done there, unless remotely."""

    __tablename__ = "posting_place"

    posting_id: Mapped[int] = mapped_column(ForeignKey("posting.id", ondelete="CASCADE"), primary_key=True)
    place_id: Mapped[int] = mapped_column(ForeignKey("place.id"), primary_key=True, index=True)


class PostingCountry(Base):
    """Who does an opening's work remotely may live there: ISO 3166-1 two letters, or ANYWHERE."""

    __tablename__ = "posting_country"

    posting_id: Mapped[int] = mapped_column(ForeignKey("posting.id", ondelete="CASCADE"), primary_key=True)
    country: Mapped[str] = mapped_column(String(2), primary_key=True)


class PostingInterest(Base):
    """An opening is about an interest."""

    __tablename__ = "posting_interest"

    posting_id: Mapped[int] = mapped_column(ForeignKey("posting.id", ondelete="CASCADE"), primary_key=True)
    interest_id: Mapped[int] = mapped_column(ForeignKey("interest.id"), primary_key=True, index=True)


class Process(Base):
    """How we choose somebody, from `content/process/`. `stages`: `{key, shown_as, means, promise, prepare?}`, in order;
    `promise` in working days."""

    __tablename__ = "process"

    slug: Mapped[str] = mapped_column(String(60), primary_key=True)
    name: Mapped[str] = mapped_column(String(160))
    stages: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    digest: Mapped[bytes] = mapped_column(LargeBinary(32))
