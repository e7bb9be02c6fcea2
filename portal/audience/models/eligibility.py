"""What members are chosen and counted by, one short row each: derived, never the truth."""

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, Index, SmallInteger, String
from sqlalchemy.orm import Mapped, mapped_column

from portal.audience.models.agreed import ASKED, SUPPRESSIONS
from portal.audience.models.choices import Interest, Place
from portal.db import Base

WORD = 62
"""Bits of one mask: a signed 64-bit number has 63, and none may make it negative."""
CONSENT_BITS = {purpose: 1 << n for n, purpose in enumerate(ASKED)}
SUPPRESSION_BITS = {reason: 1 << n for n, reason in enumerate(SUPPRESSIONS)}
_COUNTED = (
    "career_stage", "work_modes", "interests_0", "places_0", "consents", "suppressed", "spent_at", "paused_until",
    "rhythm_id", "levels", "language", "lives_in", "interests_1", "interests_2", "places_1", "member_id",
)  # fmt: skip
"""All that the common questions need, so that they are answered from the index alone, half the size of the table."""


class Eligibility(Base):
    """One row for each confirmed member, made from the other tables by `actions.eligibility.refresh` whenever one of
    them changes. Segments choose and count by it; whether a mail may go is asked of the truth when it is due.

    `interests_*`, `places_*`: what they chose, by `Interest.bit` and `Place.bit`, 62 to a column. `consents`: what they
    agree to now, as CONSENT_BITS, and since when each. `suppressed`: SUPPRESSION_BITS. `spent_at`: when that mail was
    sent which, counted from the newest, is the last of their budget; NULL if there were fewer.
    """

    __tablename__ = "eligibility"
    __table_args__ = (Index("ix_eligibility_counted", *_COUNTED),)

    member_id: Mapped[int] = mapped_column(ForeignKey("member.id", ondelete="CASCADE"), primary_key=True)
    work_modes: Mapped[int] = mapped_column(SmallInteger)
    levels: Mapped[int] = mapped_column(SmallInteger)
    consents: Mapped[int] = mapped_column(SmallInteger)
    suppressed: Mapped[int] = mapped_column(SmallInteger)
    career_stage: Mapped[str] = mapped_column(String(11))
    language: Mapped[str] = mapped_column(String(2))
    lives_in: Mapped[str | None] = mapped_column(String(2))
    interests_0: Mapped[int] = mapped_column(BigInteger)
    interests_1: Mapped[int] = mapped_column(BigInteger)
    interests_2: Mapped[int] = mapped_column(BigInteger)
    places_0: Mapped[int] = mapped_column(BigInteger)
    places_1: Mapped[int] = mapped_column(BigInteger)
    spent_at: Mapped[datetime | None]
    paused_until: Mapped[datetime | None]
    rhythm_id: Mapped[int | None]
    joined: Mapped[datetime]
    newsletter_at: Mapped[datetime | None]
    job_alerts_at: Mapped[datetime | None]
    check_ins_at: Mapped[datetime | None]


INTEREST_MASKS = (Eligibility.interests_0, Eligibility.interests_1, Eligibility.interests_2)
PLACE_MASKS = (Eligibility.places_0, Eligibility.places_1)
BITS: dict[type[Interest | Place], int] = {Interest: WORD * len(INTEREST_MASKS), Place: WORD * len(PLACE_MASKS)}
"""How many of each the masks have room for."""
GIVEN_AT = {purpose: getattr(Eligibility, f"{purpose}_at") for purpose in ASKED}
