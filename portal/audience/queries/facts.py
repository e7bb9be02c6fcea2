"""What a segment may know about one member, in plain Python."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import aliased

from portal.audience.models import Interest, MemberInterest, MemberPlace, Place
from portal.db import db
from portal.members.models import Member


@dataclass(frozen=True, slots=True)
class Facts:
    """One member's choices, as slugs. `places`: everywhere they would work, with every place of a country that they
    chose as a whole; empty is anywhere. No `work_modes` is no restriction. `joined` is None until they confirm."""

    member_id: int
    interests: frozenset[str] = frozenset()
    places: frozenset[str] = frozenset()
    work_modes: frozenset[str] = frozenset()
    career_stage: str = "open"
    language: str = "en"
    joined: datetime | None = None


def facts(member: Member) -> Facts:
    """What segments may know about a member, in two statements."""
    interests = (
        select(Interest.slug)
        .join(MemberInterest, MemberInterest.interest_id == Interest.id)
        .where(MemberInterest.member_id == member.id)
    )
    chosen = aliased(Place)
    same_country = and_(chosen.whole_country, chosen.country == Place.country)
    places = (
        select(Place.slug)
        .join(chosen, or_(chosen.id == Place.id, same_country))
        .join(MemberPlace, MemberPlace.place_id == chosen.id)
        .where(MemberPlace.member_id == member.id)
    )
    return Facts(
        member_id=member.id,
        interests=frozenset(db.session.scalars(interests)),
        places=frozenset(db.session.scalars(places)),
        work_modes=member.work_modes,
        career_stage=member.career_stage,
        language=member.language,
        joined=member.confirmed_at,
    )
