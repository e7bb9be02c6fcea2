"""What a segment may know about one member, in plain Python."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import and_, literal, or_, select, union_all
from sqlalchemy.orm import aliased

from portal.audience.models import Consent, Eligibility, Interest, MemberInterest, MemberPlace, MemberSkill, Place
from portal.audience.models.eligibility import GIVEN_AT
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
    agreed = select(Consent.purpose, Consent.given_at).filter_by(member_id=member.id, withdrawn_at=None)
    given = {row.purpose: row.given_at for row in db.session.execute(agreed)}
    return _facts(member, _choices([member.id]), given)


def many(member_ids: Collection[int]) -> dict[int, tuple[str, Facts]]:
    """Names and facts of some members by their ids, in two statements; who has not confirmed or is gone is left out."""
    columns = [at.label(purpose) for purpose, at in GIVEN_AT.items()]
    rows = select(Member, *columns).join(Eligibility, Eligibility.member_id == Member.id)
    found = db.session.execute(rows.where(Member.id.in_(member_ids))).all()
    chose = _choices(member_ids)
    people = {}
    for member, *given in found:
        agreed = {purpose: at for purpose, at in zip(GIVEN_AT, given, strict=True) if at is not None}
        people[member.id] = (member.name, _facts(member, chose, agreed))
    return people


def _facts(member: Member, chose: Mapping[tuple[int, str], set[str]], agreed: Mapping[str, datetime]) -> Facts:
    return Facts(
        member_id=member.id,
        interests=frozenset(chose[member.id, "interest"]),
        skills=frozenset(chose[member.id, "skill"]),
        places=frozenset(chose[member.id, "place"]),
        lives_in=member.lives_in,
        work_modes=member.work_modes,
        levels=member.levels,
        career_stage=member.career_stage,
        language=member.language,
        joined=member.confirmed_at,
        agreed=agreed,
    )


def _choices(ids: Collection[int]) -> defaultdict[tuple[int, str], set[str]]:
    """What each chose, by member and kind."""
    interests = (
        select(MemberInterest.member_id, literal("interest").label("kind"), Interest.slug.label("choice"))
        .join(Interest, MemberInterest.interest_id == Interest.id)
        .where(MemberInterest.member_id.in_(ids))
    )
    chosen = aliased(Place)
    same_country = and_(chosen.whole_country, chosen.country == Place.country)
    places = (
        select(MemberPlace.member_id, literal("place"), Place.slug)
        .join(chosen, chosen.id == MemberPlace.place_id)
        .join(Place, or_(chosen.id == Place.id, same_country))
        .where(MemberPlace.member_id.in_(ids))
    )
    skills = select(MemberSkill.member_id, literal("skill"), MemberSkill.key).where(MemberSkill.member_id.in_(ids))
    found: defaultdict[tuple[int, str], set[str]] = defaultdict(set)
    for id, kind, choice in db.session.execute(union_all(interests, places, skills)):
        found[id, kind].add(choice)
    return found
