"""Members as rows of a CSV that `portal members import` reads, some hundred at a time.

What is shown to nobody individually stays out: pay floor, phone, own words, people one hides from.
"""

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, select

from portal.audience.models import (
    ASKED,
    Consent,
    Interest,
    MemberInterest,
    MemberPlace,
    MemberSkill,
    MemberTeam,
    Place,
    Suppression,
    Team,
)
from portal.audience.queries.formulas import guarded
from portal.audience.queries.recipients import recipients
from portal.audience.queries.segments import Rule
from portal.audience.queries.sentence import WEEKDAYS
from portal.audience.queries.wording import IMPORTED
from portal.db import db
from portal.members.models import Member

AT_ONCE = 500
LISTS = ("interests", "places", "unwanted_teams", "hidden_teams", "skills")
COLUMNS = (
    "address", "name", "language", "interests", "skills", "work_modes", "places", "lives_in", "levels", "career_stage",
    "available_from", "unwanted_teams", "hidden_teams", "mails_per_month", "time_zone", "mail_hours", "weekdays",
    "pause_until", "joined", "last_contact",
    *(f"{purpose}_{what}" for purpose in ASKED for what in ("since", "way")),
    "do_not_write",
)  # fmt: skip


def count(rule: Rule | None, now: datetime) -> int:
    """How many rows there will be."""
    number: int = db.session.scalar(_members(rule, now).with_only_columns(func.count()).order_by(None))
    return number


def rows(rule: Rule | None, now: datetime) -> Iterator[list[str]]:
    """Every confirmed member, or those whom a rule selects, by COLUMNS. Each cell is guarded."""
    last = 0
    while members := db.session.scalars(_members(rule, now).where(Member.id > last).limit(AT_ONCE)).all():
        ids = [member.id for member in members]
        more = _more(ids)
        yield from ([guarded(_text(cell)) for cell in _row(member, more[member.id])] for member in members)
        last = ids[-1]
        db.session.expunge_all()


def _members(rule: Rule | None, now: datetime) -> Any:
    found = select(Member).where(Member.confirmed_at.is_not(None)).order_by(Member.id)
    if rule is None:
        return found
    return found.where(Member.id.in_(select(recipients(rule, "newsletter", now).subquery().c.member_id)))


def _more(ids: Sequence[int]) -> dict[int, dict[str, Any]]:
    """What these members chose and agreed to, and why nothing may be written to them."""
    found: dict[int, dict[str, Any]] = {id: {name: [] for name in LISTS} for id in ids}
    interests = select(MemberInterest.member_id, Interest.slug).join(
        Interest, Interest.id == MemberInterest.interest_id
    )
    places = select(MemberPlace.member_id, Place.slug).join(Place, Place.id == MemberPlace.place_id)
    teams = select(MemberTeam.member_id, Team.slug).join(Team, Team.id == MemberTeam.team_id)
    for name, chosen, of, slug in (
        ("interests", interests, MemberInterest.member_id, Interest.slug),
        ("places", places, MemberPlace.member_id, Place.slug),
        ("unwanted_teams", teams.where(MemberTeam.kind == "not_wanted"), MemberTeam.member_id, Team.slug),
        ("hidden_teams", teams.where(MemberTeam.kind == "hidden_from"), MemberTeam.member_id, Team.slug),
        ("skills", select(MemberSkill.member_id, MemberSkill.name), MemberSkill.member_id, MemberSkill.key),
    ):
        for id, value in db.session.execute(chosen.where(of.in_(ids)).order_by(of, slug)):
            found[id][name].append(value)
    for row in db.session.scalars(select(Consent).where(Consent.member_id.in_(ids), Consent.withdrawn_at.is_(None))):
        way = row.given_from if row.wording == IMPORTED else f"{row.given_by}, {row.wording}"
        found[row.member_id or 0] |= {f"{row.purpose}_since": row.given_at, f"{row.purpose}_way": way}
    for barred in db.session.scalars(select(Suppression).where(Suppression.member_id.in_(ids))):
        found[barred.member_id or 0]["do_not_write"] = barred.reason
    return found


def _row(member: Member, more: dict[str, Any]) -> Iterator[Any]:
    own = {
        "address": member.address,
        "mail_hours": f"{member.mail_opens}-{member.mail_closes}",
        "weekdays": " ".join(day for bit, day in enumerate(WEEKDAYS) if member.weekdays >> bit & 1),
        "joined": member.confirmed_at,
        "last_contact": member.contact_at,
    } | more
    return (own[name] if name in own else getattr(member, name, None) for name in COLUMNS)


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, frozenset | list):
        return ";".join(sorted(value) if isinstance(value, frozenset) else value)
    return str(value)
