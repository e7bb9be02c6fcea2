"""What a segment may know about one member, in plain Python."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import and_, func, literal, or_, select, union_all
from sqlalchemy.orm import aliased

from portal.audience.models import (
    Consent,
    Eligibility,
    Interest,
    MemberInterest,
    MemberPlace,
    MemberSkill,
    MemberTeam,
    Place,
    Team,
)
from portal.audience.models.eligibility import GIVEN_AT
from portal.audience.queries.preferences import Pay
from portal.db import db
from portal.mail.models import COUNTED, Delivery, Mailing
from portal.members.models import Member, Profile

PERSONAL = "check_ins"
"""The purpose of what is written to one person."""


@dataclass(frozen=True, slots=True)
class Facts:
    """One member's choices: interests and places as slugs, skills as keys. `places`: everywhere they would work, with
    every place of a country that they chose as a whole; empty is anywhere. No `work_modes` or `levels` is no
    restriction. `joined` is None until they confirm. `agreed`: since when, by purpose. `unwanted_teams`: slugs. `pay`:
    openings that pay less are left out, and it is told to nobody else. `in_touch_at`: when they last did something
    here, or were last written to personally."""

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
    unwanted_teams: frozenset[str] = frozenset()
    pay: Pay | None = None
    available_from: date | None = None
    in_touch_at: datetime | None = None


_WRITTEN = select(func.max(Delivery.first_at)).join(Mailing, Mailing.id == Delivery.mailing_id)
_WRITTEN = _WRITTEN.where(Delivery.member_id == Member.id, Delivery.state.in_(COUNTED), Mailing.purpose == PERSONAL)
_MORE = (Profile.pay_floor, Profile.pay_currency, Profile.pay_per, _WRITTEN.correlate(Member).scalar_subquery())
"""Of the member of the enclosing query: the pay floor, and when they were last written to personally."""


def facts(member: Member) -> Facts:
    """What segments may know about a member, in two statements."""
    consents = and_(Consent.member_id == Member.id, Consent.withdrawn_at.is_(None))
    rows = select(*_MORE, Consent.purpose, Consent.given_at).select_from(Member)
    rows = rows.outerjoin(Profile, Profile.member_id == Member.id).outerjoin(Consent, consents)
    found = db.session.execute(rows.where(Member.id == member.id)).all()
    agreed = {purpose: at for *_, purpose, at in found if purpose is not None}
    return _facts(member, _choices([member.id]), agreed, found[0][:4] if found else (None,) * 4)


def many(member_ids: Collection[int]) -> dict[int, tuple[str, Facts]]:
    """Names and facts of some members by their ids, in two statements; who has not confirmed or is gone is left out."""
    columns = [at.label(purpose) for purpose, at in GIVEN_AT.items()]
    rows = select(Member, *_MORE, *columns).join(Eligibility, Eligibility.member_id == Member.id)
    rows = rows.outerjoin(Profile, Profile.member_id == Member.id)
    found = db.session.execute(rows.where(Member.id.in_(member_ids))).all()
    chose = _choices(member_ids)
    people = {}
    for member, *more in found:
        agreed = {purpose: at for purpose, at in zip(GIVEN_AT, more[4:], strict=True) if at is not None}
        people[member.id] = (member.name, _facts(member, chose, agreed, more[:4]))
    return people


def _facts(
    member: Member, chose: Mapping[tuple[int, str], set[str]], agreed: Mapping[str, datetime], more: Sequence[Any]
) -> Facts:
    *pay, written_at = more
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
        unwanted_teams=frozenset(chose[member.id, "team"]),
        pay=Pay(*pay) if None not in pay else None,
        available_from=member.available_from,
        in_touch_at=max((at for at in (member.contact_at, written_at) if at), default=None),
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
    teams = (
        select(MemberTeam.member_id, literal("team"), Team.slug)
        .join(Team, Team.id == MemberTeam.team_id)
        .where(MemberTeam.member_id.in_(ids), MemberTeam.kind == "not_wanted")
    )
    found: defaultdict[tuple[int, str], set[str]] = defaultdict(set)
    for id, kind, choice in db.session.execute(union_all(interests, places, skills, teams)):
        found[id, kind].add(choice)
    return found
