"""A frozen message, its parts, and one row for each person it is meant for."""

from datetime import datetime
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    CheckConstraint,
    ForeignKey,
    Index,
    LargeBinary,
    String,
    UniqueConstraint,
    false,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.db import Base, BigId
from portal.mail.parts import named

STATES = (
    "queued", "sending", "accepted", "deferred", "bounced", "complained", "skipped", "failed", "unknown",
)  # fmt: skip
COUNTED = ("sending", "accepted", "unknown")
"""States that use up a member's budget (P4)."""
GOT = (*COUNTED, "queued", "deferred", "complained")
"""States of what somebody has got, or may get yet: nobody gets another mail about the same."""
FREE = ("account", "applications")
"""Purposes that no budget limits (P4)."""
ORDER = ("account", "applications", "job_alerts", "check_ins", "newsletter")
"""Which purpose goes first when several are due: alerts before newsletters (P4)."""
WAITING = ("queued", "deferred")
"""States of what is still to be sent."""
MAX_FRAGMENTS = 62
"""A delivery names its fragments by the bits of a signed 64-bit number."""


class Shell(Base):
    """What surrounds the words, encoded; shared by every message that looks the same."""

    __tablename__ = "mail_shell"

    id: Mapped[int] = mapped_column(primary_key=True)
    digest: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    html_before: Mapped[bytes]
    html_after: Mapped[bytes]
    text_before: Mapped[bytes]
    text_after: Mapped[bytes]


class Mailing(Base):
    """A frozen message: nothing in it changes once its deliveries are queued.

    `lease_until` says that a worker is sending it; when it has passed, another may go on. `rule` and `segment` (its
    slug) say whom it was for; none: it answered what one person did. `about` ("issue:…"): nobody gets two mails
    about the same. `paused_at`: nothing of it begins until that is lifted.
    """

    __tablename__ = "mailing"

    id: Mapped[int] = mapped_column(primary_key=True)
    uid: Mapped[str] = mapped_column(String(16), unique=True)
    kind: Mapped[str] = mapped_column(String(20))
    purpose: Mapped[str] = mapped_column(String(12))
    subject: Mapped[str] = mapped_column(String(300))
    from_name: Mapped[str] = mapped_column(String(120))
    from_address: Mapped[str] = mapped_column(String(320))
    reply_to: Mapped[str | None] = mapped_column(String(320))
    domain: Mapped[str] = mapped_column(String(255))
    list_name: Mapped[str | None] = mapped_column(String(120))
    segment: Mapped[str | None] = mapped_column(String(60))
    rule: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    shell_id: Mapped[int] = mapped_column(ForeignKey("mail_shell.id"))
    about: Mapped[str | None] = mapped_column(String(100), index=True)
    created_at: Mapped[datetime]
    cancelled_at: Mapped[datetime | None]
    paused_at: Mapped[datetime | None]
    lease_until: Mapped[datetime | None]

    shell: Mapped[Shell] = relationship()
    fragments: Mapped[list["Fragment"]] = relationship(order_by="Fragment.position")


class Fragment(Base):
    """A part of a message that some members get, encoded once; `position` is its bit in `Delivery.mask`.

    `rule` says who; none: everybody who gets the message. `again`: it is asked once more when the mail is built.
    """

    __tablename__ = "fragment"

    mailing_id: Mapped[int] = mapped_column(ForeignKey("mailing.id", ondelete="CASCADE"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    html: Mapped[bytes]
    text: Mapped[bytes]
    rule: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    again: Mapped[bool] = mapped_column(default=False, server_default=false())


def copy_of(member_id: int) -> str:
    """What a copy for the desk of a letter to a member is about (`Mailing.about`): it goes when the member goes."""
    return f"copy:member:{member_id}"


_OPEN = "state IN ('queued', 'deferred', 'sending', 'unknown')"
OPEN = text(f"delivery.{_OPEN}")
"""Deliveries that are not settled. In these very words, beside what else is asked for: SQLite uses the index of the few
that are open only for a query that says the condition as the index does."""


class Delivery(Base):
    """One message to one member and what became of it. Ends in exactly one named state (P6).

    `held_from`: when it was due, of one that waits until `not_before` for the member's hours or the end of a pause.
    `picks`: its fragments in order, two octets each, of a mailing with more of them than a mask has bits.
    `recruiter_id`: whom it goes to instead of a member, of a trial copy or a mail about an account at the desk.
    """

    __tablename__ = "delivery"
    __table_args__ = (
        UniqueConstraint("mailing_id", "member_id"),
        CheckConstraint(f"state IN {STATES}", name="state"),
        CheckConstraint("(state = 'skipped') = (reason IS NOT NULL)", name="reason"),
        Index("ix_delivery_open", "mailing_id", "id", sqlite_where=text(_OPEN), postgresql_where=text(_OPEN)),
        Index("ix_delivery_member_id_state", "member_id", "state"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    mailing_id: Mapped[int] = mapped_column(ForeignKey("mailing.id"))
    member_id: Mapped[int | None] = mapped_column(ForeignKey("member.id", ondelete="SET NULL"))
    recruiter_id: Mapped[int | None] = mapped_column(ForeignKey("recruiter.id"), index=True)
    state: Mapped[str] = mapped_column(String(10))
    reason: Mapped[str | None] = mapped_column(String(20))
    mask: Mapped[int] = mapped_column(BigInteger)
    picks: Mapped[bytes | None] = mapped_column(LargeBinary)
    not_before: Mapped[datetime]
    held_from: Mapped[datetime | None]
    lease_until: Mapped[datetime | None]
    attempts: Mapped[int] = mapped_column(default=0)
    first_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    reply: Mapped[str | None] = mapped_column(String(300))

    @property
    def parts(self) -> tuple[int, ...]:
        """The positions of its fragments, in the order in which they are shown."""
        return named(self.mask, self.picks)
