"""Which members do not want to be seen by somebody at the desk.

A member is hidden from the people they named (`Profile.hidden_people`), and from the teams they ticked. Names are
compared by their words, without case and accents: a line hides from you when all its words stand in your name, or all
words of your name in it, or it is your address. A team is yours when all words of its name, in whatever language, stand
in your title. So rather once too often than once too seldom; whom somebody hides from is not told.
"""

from collections.abc import Collection, Iterable
from typing import Any

from sqlalchemy import JSON, CompoundSelect, cast, literal, null, select, union_all

from portal.audience.models import MemberTeam, Team
from portal.db import db
from portal.members.models import Profile
from portal.members.queries.search import terms
from portal.staff.models import Recruiter


def names(me: Recruiter, lines: str) -> bool:
    """Whether one of the lines means this recruiter."""
    mine, addresses = set(terms(me.name)), {me.address_key, (me.reply_to or "").casefold()}
    for line in filter(None, map(str.strip, lines.splitlines())):
        theirs = set(terms(line))
        if line.casefold() in addresses or (theirs and (theirs <= mine or mine <= theirs)):
            return True
    return False


def in_team(me: Recruiter, called: Iterable[str]) -> bool:
    """Whether a team that is called so is this recruiter's."""
    title = set(terms(me.title))
    return any(words and words <= title for words in (set(terms(name)) for name in called))


def hidden(me: Recruiter, member_ids: Collection[int]) -> set[int]:
    """Those of these members who do not want to be seen by this recruiter. One statement."""
    if not member_ids:
        return set()
    return {
        row.member_id
        for row in db.session.execute(_wishes(member_ids))
        if (in_team(me, [row.said, *(row.names or {}).values()]) if row.team else names(me, row.said))
    }


def _wishes(ids: Collection[int]) -> "CompoundSelect[*tuple[Any, ...]]":
    said, no_names = Profile.hidden_people.label("said"), cast(null(), JSON).label("names")
    people = select(Profile.member_id, said, no_names, literal(0).label("team"))
    people = people.where(Profile.member_id.in_(ids), Profile.hidden_people != "")
    teams = (
        select(MemberTeam.member_id, Team.name, Team.names, literal(1))
        .join(Team, Team.id == MemberTeam.team_id)
        .where(MemberTeam.member_id.in_(ids), MemberTeam.kind == "hidden_from")
    )
    return union_all(people, teams)
