"""Making a member's choices from the employer's lists, and the skills they named, exactly those that are wanted."""

from collections.abc import Collection, Iterable
from typing import Any

from sqlalchemy import delete, literal, select

from portal.audience.models import Interest, MemberInterest, MemberPlace, MemberSkill, MemberTeam, Place, Team
from portal.audience.queries import skills
from portal.db import db, insert_into

CHOICES: dict[str, tuple[Any, str, Any, dict[str, str]]] = {
    "interests": (MemberInterest, "interest_id", Interest, {}),
    "places": (MemberPlace, "place_id", Place, {}),
    "unwanted_teams": (MemberTeam, "team_id", Team, {"kind": "not_wanted"}),
    "hidden_teams": (MemberTeam, "team_id", Team, {"kind": "hidden_from"}),
}


def choose(member_id: int, preference: str, before: Collection[str], slugs: Collection[str]) -> None:
    """Two statements at most, that do no harm when another window does the same. `preference`: one of CHOICES."""
    choice, entry_id, entry, fixed = CHOICES[preference]
    wanted = select(entry.id).where(entry.slug.in_(slugs))
    mine = delete(choice).filter_by(member_id=member_id, **fixed)
    gone = mine.where(getattr(choice, entry_id).not_in(wanted))
    if set(before) - set(slugs):
        db.session.execute(gone.execution_options(synchronize_session=False))
    if not set(slugs) - set(before):
        return
    columns = {"member_id": literal(member_id), entry_id: entry.id} | {k: literal(v) for k, v in fixed.items()}
    rows = select(*columns.values()).where(entry.slug.in_(slugs))
    db.session.execute(insert_into(choice).from_select(list(columns), rows).on_conflict_do_nothing())


def name_skills(member_id: int, names: Iterable[str]) -> None:
    """The same for skills. Raises BadSkill."""
    wanted = skills.parse(names)
    gone = delete(MemberSkill).where(MemberSkill.member_id == member_id, MemberSkill.key.not_in(wanted))
    db.session.execute(gone.execution_options(synchronize_session=False))
    if wanted:
        rows = [{"member_id": member_id, "key": key, "name": name} for key, name in wanted.items()]
        db.session.execute(insert_into(MemberSkill).values(rows).on_conflict_do_nothing())
