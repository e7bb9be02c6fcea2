"""What can be chosen, and what members chose."""

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, SmallInteger, String, false
from sqlalchemy.orm import Mapped, mapped_column

from portal.db import Base
from portal.languages import current

TEAM_KINDS = ("not_wanted", "hidden_from")


class _Named:
    """What the employer calls it, and in which other languages too (`names`, by language)."""

    name: Mapped[str] = mapped_column(String(80))
    names: Mapped[dict[str, str]] = mapped_column(JSON, default=dict, server_default="{}")

    @property
    def said(self) -> str:
        """The name in the language that is spoken now; as it was first written where there is none."""
        return self.names.get(current(), self.name)


class Interest(_Named, Base):
    """An entry of the employer's tree. Retired ones keep their members but are no longer offered.

    `bit`: its place in the masks of `Eligibility`, kept for ever; None where they are full.
    """

    __tablename__ = "interest"

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(String(60), unique=True)
    group_slug: Mapped[str] = mapped_column(String(60))
    group_name: Mapped[str] = mapped_column(String(80))
    group_names: Mapped[dict[str, str]] = mapped_column(JSON, default=dict, server_default="{}")
    position: Mapped[int]
    retired: Mapped[bool] = mapped_column(default=False)
    bit: Mapped[int | None] = mapped_column(SmallInteger, unique=True, index=True)


class Place(_Named, Base):
    """Somewhere a member may want to work: a city, or a whole country ("Anywhere in Portugal"). `bit`: as of
    interests."""

    __tablename__ = "place"

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(String(60), unique=True)
    country: Mapped[str] = mapped_column(String(2))
    whole_country: Mapped[bool] = mapped_column(default=False, server_default=false())
    position: Mapped[int]
    retired: Mapped[bool] = mapped_column(default=False)
    bit: Mapped[int | None] = mapped_column(SmallInteger, unique=True, index=True)


class Team(_Named, Base):
    """A team of the employer's, that a member may rule out or want to stay hidden from."""

    __tablename__ = "team"

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(String(60), unique=True)
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
