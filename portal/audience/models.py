"""What members chose and agreed to, and addresses that must not be written to."""

from datetime import date, datetime

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    Index,
    LargeBinary,
    SmallInteger,
    String,
    UniqueConstraint,
    false,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from portal.db import Base, BigId

ASKED = ("newsletter", "job_alerts", "check_ins")
"""Purposes that stand on consent; `account` and `applications` stand on a relation instead (P2)."""
PURPOSES = ("account", "applications", *ASKED)
TEAM_KINDS = ("not_wanted", "hidden_from")
SUPPRESSIONS = ("erased", "bounced", "complained", "do_not_write")


class Interest(Base):
    """An entry of the employer's tree. Retired ones keep their members but are no longer offered."""

    __tablename__ = "interest"

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(String(60), unique=True)
    name: Mapped[str] = mapped_column(String(80))
    group_slug: Mapped[str] = mapped_column(String(60))
    group_name: Mapped[str] = mapped_column(String(80))
    position: Mapped[int]
    retired: Mapped[bool] = mapped_column(default=False)


class Place(Base):
    """Somewhere a member may want to work: a city, or a whole country ("Anywhere in Portugal")."""

    __tablename__ = "place"

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(String(60), unique=True)
    name: Mapped[str] = mapped_column(String(80))
    country: Mapped[str] = mapped_column(String(2))
    whole_country: Mapped[bool] = mapped_column(default=False, server_default=false())
    position: Mapped[int]
    retired: Mapped[bool] = mapped_column(default=False)


class Team(Base):
    """A team of the employer's, that a member may rule out or want to stay hidden from."""

    __tablename__ = "team"

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(String(60), unique=True)
    name: Mapped[str] = mapped_column(String(80))
    position: Mapped[int]
    retired: Mapped[bool] = mapped_column(default=False)


class MemberInterest(Base):
    """A member chose an interest."""

    __tablename__ = "member_interest"
    __table_args__ = (Index("ix_member_interest_interest_id_member_id", "interest_id", "member_id"),)

    member_id: Mapped[int] = mapped_column(ForeignKey("member.id", ondelete="CASCADE"), primary_key=True)
    interest_id: Mapped[int] = mapped_column(ForeignKey("interest.id"), primary_key=True)


class MemberPlace(Base):
    """A member would work there. None chosen means anywhere."""

    __tablename__ = "member_place"
    __table_args__ = (Index("ix_member_place_place_id_member_id", "place_id", "member_id"),)

    member_id: Mapped[int] = mapped_column(ForeignKey("member.id", ondelete="CASCADE"), primary_key=True)
    place_id: Mapped[int] = mapped_column(ForeignKey("place.id"), primary_key=True)


class MemberTeam(Base):
    """A member wants no work in a team (`not_wanted`), or not to be seen by it (`hidden_from`)."""

    __tablename__ = "member_team"
    __table_args__ = (CheckConstraint(f"kind IN {TEAM_KINDS}", name="kind"),)

    member_id: Mapped[int] = mapped_column(ForeignKey("member.id", ondelete="CASCADE"), primary_key=True)
    team_id: Mapped[int] = mapped_column(ForeignKey("team.id"), primary_key=True, index=True)
    kind: Mapped[str] = mapped_column(String(11), primary_key=True)


class MemberSkill(Base):
    """Something a member is good at: `name` as they wrote it, `key` as it is compared."""

    __tablename__ = "member_skill"
    __table_args__ = (Index("ix_member_skill_key_member_id", "key", "member_id"),)

    member_id: Mapped[int] = mapped_column(ForeignKey("member.id", ondelete="CASCADE"), primary_key=True)
    key: Mapped[str] = mapped_column(String(60), primary_key=True)
    name: Mapped[str] = mapped_column(String(60))


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


class Consent(Base):
    """Somebody agreed to a purpose, in these words, at this time, in this way. Append-only: the database
    refuses deletion and every change but one withdrawal (triggers); erasure nulls the person."""

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
    """Why somebody left a purpose, if they said so. Holds no person."""

    __tablename__ = "leaving"

    id: Mapped[int] = mapped_column(primary_key=True)
    purpose: Mapped[str] = mapped_column(String(12))
    reason: Mapped[str] = mapped_column(String(20))
    day: Mapped[date]
