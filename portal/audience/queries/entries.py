"""What can be chosen, and what one member has: interests, places and teams, and the skills they named."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import JSON, Select, String, and_, cast, false, literal, null, or_, select, true, union_all
from sqlalchemy.orm import InstrumentedAttribute

from portal.audience.models import (
    Interest,
    MemberInterest,
    MemberPlace,
    MemberSkill,
    MemberTeam,
    Place,
    Team,
)
from portal.db import db
from portal.languages import current

SKILLS = "skills"


@dataclass(frozen=True, slots=True)
class Entry:
    """Something that can be ticked, and whether this member has. `group` is what it stands under on the page, of
    places their country's code; `whole_country`: "Anywhere in Portugal"."""

    slug: str
    name: str
    group: str
    chosen: bool
    whole_country: bool = False


def read(member_id: int) -> dict[str, list[Entry]]:
    """By preference, in the order of the employer's list, in the language that is spoken now; one statement. Retired
    entries only if chosen. Skills are those that were named, their slug is their key."""
    parts = (
        _of(member_id, "interests", Interest, MemberInterest, MemberInterest.interest_id),
        _of(member_id, "places", Place, MemberPlace, MemberPlace.place_id),
        _of(member_id, "unwanted_teams", Team, MemberTeam, MemberTeam.team_id, "not_wanted"),
        _of(member_id, "hidden_teams", Team, MemberTeam, MemberTeam.team_id, "hidden_from"),
        _skills(member_id),
    )
    found: dict[str, list[Entry]] = {
        name: [] for name in ("interests", "places", "unwanted_teams", "hidden_teams", SKILLS)
    }
    spoken = current()
    for row in db.session.execute(union_all(*parts).order_by("position", "slug")):
        name, group = (row.names or {}).get(spoken, row.name), (row.group_names or {}).get(spoken, row.heading)
        found[row.preference].append(Entry(row.slug, name, group, bool(row.chosen), bool(row.whole_country)))
    return found


def _of(
    member_id: int,
    preference: str,
    entry: type[Interest | Place | Team],
    choice: type[MemberInterest | MemberPlace | MemberTeam],
    entry_id: InstrumentedAttribute[int],
    kind: str | None = None,
) -> Select[*tuple[Any, ...]]:
    mine = and_(entry_id == entry.id, choice.member_id == member_id, MemberTeam.kind == kind if kind else true())
    return (
        select(
            literal(preference).label("preference"),
            entry.position,
            entry.slug,
            entry.name,
            entry.names,
            {Interest: Interest.group_name, Place: Place.country}.get(entry, literal("")).label("heading"),
            (Interest.group_names if entry is Interest else cast(null(), JSON)).label("group_names"),
            (Place.whole_country if entry is Place else false()).label("whole_country"),
            choice.member_id.is_not(None).label("chosen"),
        )
        .outerjoin(choice, mine)
        .where(or_(entry.retired.is_(False), choice.member_id.is_not(None)))
    )


def _skills(member_id: int) -> Select[*tuple[Any, ...]]:
    return select(
        literal(SKILLS).label("preference"),
        literal(0).label("position"),
        MemberSkill.key.label("slug"),
        MemberSkill.name,
        cast(null(), JSON).label("names"),
        cast(literal(""), String).label("heading"),
        cast(null(), JSON).label("group_names"),
        false().label("whole_country"),
        true().label("chosen"),
    ).where(MemberSkill.member_id == member_id)
