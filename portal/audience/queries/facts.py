"""What a segment may know about one member, in plain Python."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import and_, literal, or_, select, union_all
from sqlalchemy.orm import aliased

from portal.audience.models import Consent, Interest, MemberInterest, MemberPlace, MemberSkill, Place
from portal.db import db
from portal.members.models import Member


@dataclass(frozen=True, slots=True)
class Facts:
    """One member's choices: interests and places as slugs, skills as keys. `places`: everywhere they would work, with
    every place of a country that they chose as a whole; empty is anywhere. No `work_modes` or `levels` is no
    restriction. `joined` is None until they confirm. `agreed`: since when, by purpose."""

    member_id: int
    interests: frozenset[str] = frozenset()
    skills: frozenset[str] = frozenset()
    places: frozenset[str] = frozenset()
    lives_in: str | None = None
    work_modes: frozenset[str] = frozenset()
    levels: frozenset[str] = frozenset()
    career_stage: str = "open"
    language: str = "en"
    joined: datetime | None = None
    agreed: Mapping[str, datetime] = field(default_factory=dict)


def facts(member: Member) -> Facts:
    """What segments may know about a member, in two statements."""
    chose = _choices(member.id)
    agreed = select(Consent.purpose, Consent.given_at).filter_by(member_id=member.id, withdrawn_at=None)
    return Facts(
        member_id=member.id,
        interests=chose["interest"],
        skills=chose["skill"],
        places=chose["place"],
        lives_in=member.lives_in,
        work_modes=member.work_modes,
        levels=member.levels,
        career_stage=member.career_stage,
        language=member.language,
        joined=member.confirmed_at,
        agreed={row.purpose: row.given_at for row in db.session.execute(agreed)},
    )


def _choices(member_id: int) -> dict[str, frozenset[str]]:
    interests = (
        select(literal("interest").label("kind"), Interest.slug.label("choice"))
        .join(MemberInterest, MemberInterest.interest_id == Interest.id)
        .where(MemberInterest.member_id == member_id)
    )
    chosen = aliased(Place)
    same_country = and_(chosen.whole_country, chosen.country == Place.country)
    places = (
        select(literal("place"), Place.slug)
        .join(chosen, or_(chosen.id == Place.id, same_country))
        .join(MemberPlace, MemberPlace.place_id == chosen.id)
        .where(MemberPlace.member_id == member_id)
    )
    skills = select(literal("skill"), MemberSkill.key).where(MemberSkill.member_id == member_id)
    rows = db.session.execute(union_all(interests, places, skills)).all()
    return {kind: frozenset(row.choice for row in rows if row.kind == kind) for kind in ("interest", "place", "skill")}
