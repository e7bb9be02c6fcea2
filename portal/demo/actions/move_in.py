"""Bringing invented people into the database, all at once."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import and_, case, func, insert, select, update

from portal import links
from portal.audience.actions import eligibility, rhythm
from portal.audience.models import Consent, Interest, MemberInterest, MemberPlace, MemberSkill, Place, Suppression
from portal.audience.queries.skills import parse
from portal.audience.queries.wording import CURRENT
from portal.db import db
from portal.demo.actions.habits import columns
from portal.demo.actions.people import Choices, Person
from portal.members.models import Member

NETWORK = "203.0.113.0/24"
"""An address range that exists for examples only (RFC 5737)."""
LATELY = timedelta(days=60)


def choices() -> Choices:
    """What can be chosen, as the content folder has it now."""
    interests: dict[str, list[str]] = {}
    for group, slug in db.session.execute(
        select(Interest.group_slug, Interest.slug).filter_by(retired=False).order_by(Interest.position)
    ):
        interests.setdefault(group, []).append(slug)
    places: dict[str, list[str]] = {}
    for country, slug in db.session.execute(
        select(Place.country, Place.slug).filter_by(retired=False).order_by(Place.position)
    ):
        places.setdefault(country, []).append(slug)
    return Choices(list(interests.values()), places)


def move_in(people: Sequence[Person]) -> None:
    """Insert them with what they chose and agreed to, in a few statements however many they are.

    Mail comes at any time until `keep_hours`.
    """
    if not people:
        return
    rows = insert(Member).returning(Member.id, sort_by_parameter_order=True)
    ids = db.session.scalars(rows, [_member(p) for p in people]).all()
    known = list(zip(ids, people, strict=True))
    interests = {slug: id for slug, id in db.session.execute(select(Interest.slug, Interest.id))}  # noqa: C416
    places = {slug: id for slug, id in db.session.execute(select(Place.slug, Place.id))}  # noqa: C416
    _insert(
        MemberInterest,
        [{"member_id": id, "interest_id": interests[x]} for id, p in known for x in p.interests if x in interests],
    )
    _insert(MemberPlace, [{"member_id": id, "place_id": places[x]} for id, p in known for x in p.places if x in places])
    skills = [(id, parse(p.habits.skills)) for id, p in known]
    _insert(
        MemberSkill,
        [{"member_id": id, "key": key, "name": name} for id, named in skills for key, name in named.items()],
    )
    _insert(Consent, [row for id, p in known for row in _consents(id, p)])
    _insert(Suppression, [_suppression(id, p) for id, p in known if p.suppressed])
    eligibility.refresh(None)


def keep_hours(now: datetime) -> None:
    """From now on mail comes in the hours that they set, and pauses hold: worked out once for all who set the same."""
    mine = Member.time_zone, Member.mail_opens, Member.mail_closes, Member.weekdays, Member.pause_until
    found = select(func.min(Member.id).label("first"), *mine).group_by(*mine).subquery()
    for id, *same in db.session.execute(select(found)).all():
        rhythm.keep(id, now)
        first = db.session.execute(select(Member.rhythm_id, Member.paused_until).filter_by(id=id)).one()
        others = and_(*(column.is_not_distinct_from(value) for column, value in zip(mine, same, strict=True)))
        kept = update(Member).where(others).values(rhythm_id=first.rhythm_id, paused_until=first.paused_until)
        db.session.execute(kept.execution_options(synchronize_session=False))
    eligibility.refresh(None)


def come_by(now: datetime) -> None:
    """Everybody was here not so long ago: else those of the first year would be asked at once whether to stay."""
    lately = case((Member.confirmed_at > now - LATELY, Member.confirmed_at), else_=now - LATELY)
    seen = update(Member).where(Member.confirmed_at.is_not(None)).values(contact_at=lately)
    db.session.execute(seen.execution_options(synchronize_session=False))


def _insert(table: type[Any], rows: list[dict[str, Any]]) -> None:
    if rows:
        db.session.execute(insert(table), rows)


def _member(p: Person) -> dict[str, Any]:
    return {
        "address": p.address,
        "address_key": p.address,
        "name": p.name,
        "language": p.language,
        "career_stage": p.career_stage,
        "work_modes": p.work_modes,
        "mails_per_month": p.mails_per_month,
        **columns(p.habits),
        "created_at": p.created_at,
        "confirmed_at": p.confirmed_at,
    }


def _consents(member_id: int, p: Person) -> list[dict[str, Any]]:
    return [
        {
            "member_id": member_id,
            "purpose": a.purpose,
            "wording": CURRENT,
            "given_at": p.confirmed_at,
            "given_by": "join",
            "given_from": NETWORK,
            "withdrawn_at": a.withdrawn_at,
            "withdrawn_by": a.withdrawn_by,
            "withdrawn_from": NETWORK if a.withdrawn_at else None,
        }
        for a in p.agreed
    ]


def _suppression(member_id: int, p: Person) -> dict[str, Any]:
    hashed = links.keyed_hash("suppression", p.address)
    return {
        "address_hash": hashed,
        "member_id": member_id,
        "reason": p.suppressed,
        "since": p.confirmed_at or p.created_at,
    }
