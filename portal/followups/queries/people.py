"""The list of members at the desk: found by a search, or those who came last."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select

from portal.audience.models import Eligibility, MemberSkill
from portal.audience.models.eligibility import CONSENT_BITS
from portal.audience.queries.hiding import hidden
from portal.db import db
from portal.followups.queries.standing import PURPOSE
from portal.members.models import Member
from portal.members.queries import search
from portal.members.queries.search import After, Found
from portal.staff.models import Recruiter

PAGE = 25


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the list. `notes`: whether they agreed to personal letters."""

    member: Member
    skills: Sequence[str]
    notes: bool


@dataclass(frozen=True, slots=True)
class People:
    """A page of the list, and where the next begins, if there is one."""

    rows: Sequence[Row]
    after: str | None


def people(me: Recruiter, typed: str, after: str) -> People:
    """A page of members whom this recruiter may see; a page may be shorter than others, as some hide. `after`: where it
    begins, as the page before says; "" for the first."""
    wanted = search.terms(typed)
    if typed.strip() and not wanted:
        return People((), None)
    found = search.find(wanted, _after(after), PAGE + 1) if wanted else _newest(after)
    more = len(found) > PAGE
    last = found[:PAGE][-1] if found else None
    next_ = f"{last.member.id}.{last.word}" if last and more else None
    ids = [each.member.id for each in found[:PAGE]]
    unseen = hidden(me, ids)
    return People(_rows([each.member for each in found[:PAGE] if each.member.id not in unseen]), next_)


def _newest(after: str) -> list[Found]:
    at = _after(after)
    return [Found("", member) for member in search.newest(at.member_id if at else None, PAGE + 1)]


def _after(given: str) -> After | None:
    """Where a page begins; None for what no page of ours says."""
    id, _, word = given.partition(".")
    return After(word, int(id)) if id.isascii() and id.isdigit() and len(id) < 10 else None


def _rows(members: Sequence[Member]) -> list[Row]:
    ids = [member.id for member in members]
    if not ids:
        return []
    skills: dict[int, list[str]] = {}
    named = select(MemberSkill.member_id, MemberSkill.name).where(MemberSkill.member_id.in_(ids))
    for id, name in db.session.execute(named.order_by(MemberSkill.key)):
        skills.setdefault(id, []).append(name)
    bits = select(Eligibility.member_id, Eligibility.consents).where(Eligibility.member_id.in_(ids))
    agreed = {id for id, consents in db.session.execute(bits) if consents & CONSENT_BITS[PURPOSE]}
    return [Row(member, skills.get(member.id, ()), member.id in agreed) for member in members]
