"""Whom an opening is for, of the many: one expression over `eligibility`. `fitting` says the same of one member, and a
test compares the two.

Empty means any, of what a member chose; unknown meets no limit, of what an opening says (P3).
"""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Select, and_, case, false, literal, or_, select, true

from portal.alerts.queries.fitting import latest_start, may_tell
from portal.audience.models import Eligibility, MemberTeam, Team
from portal.audience.models.eligibility import CONSENT_BITS
from portal.audience.queries import masks
from portal.jobs.models import ANYWHERE
from portal.jobs.models.postings import A_YEAR
from portal.jobs.queries.wanted import Wanted
from portal.members.models import LEVELS, WORK_MODES, Member, Profile

PURPOSE = "job_alerts"


def who(wanted: Wanted, now: datetime) -> Select[int]:
    """A SELECT of the ids of all who agreed to hear of openings and whom this one is for now. `eligibility` is its only
    table, so that conditions about it can be added."""
    agreed = Eligibility.consents.bitwise_and(CONSENT_BITS[PURPOSE]) != 0
    return select(Eligibility.member_id).where(agreed, clause(wanted, now))


def clause(wanted: Wanted, now: datetime) -> ColumnElement[bool]:
    """Whether an opening is for the member of this row of `eligibility`. Never NULL. Looks up interests and places: two
    statements, none inside `catalogue.at_once`."""
    if not may_tell(wanted, now):
        return false()
    return and_(
        _any_of(Eligibility.levels, LEVELS[wanted.level] if wanted.level else 0),
        _somehow(wanted),
        masks.interested_or_anything(wanted.interests),
        _not_unwanted(wanted),
        _paid_enough(wanted),
        _free_in_time(wanted, now),
    )


def _any_of(column: Any, bits: int) -> ColumnElement[bool]:
    """Of a set of theirs, kept as bits: it has any of these, or is empty."""
    return or_(column == 0, column.bitwise_and(bits) != 0) if bits else column == 0


def _somehow(wanted: Wanted) -> ColumnElement[bool]:
    """Whether one of its work modes is theirs and can be done where they are: P3."""
    there = masks.would_work_in(wanted.places)
    if not wanted.work_modes:
        return and_(Eligibility.work_modes == 0, there)
    ways: list[ColumnElement[bool]] = [false()]
    if "remote" in wanted.work_modes:
        ways.append(and_(_any_of(Eligibility.work_modes, WORK_MODES["remote"]), _lives_right(wanted)))
    if on_the_spot := sum(WORK_MODES[mode] for mode in wanted.work_modes - {"remote"}):
        ways.append(and_(_any_of(Eligibility.work_modes, on_the_spot), there))
    return or_(*ways)


def _lives_right(wanted: Wanted) -> ColumnElement[bool]:
    if ANYWHERE in wanted.countries:
        return true()
    return and_(Eligibility.lives_in.is_not(None), Eligibility.lives_in.in_(wanted.countries))


def _not_unwanted(wanted: Wanted) -> ColumnElement[bool]:
    teams = select(MemberTeam.member_id).where(MemberTeam.kind == "not_wanted")
    if wanted.team:
        teams = teams.join(Team, Team.id == MemberTeam.team_id).where(Team.slug == wanted.team)
    return _none_of(teams)


def _paid_enough(wanted: Wanted) -> ColumnElement[bool]:
    if wanted.pay_yearly is None or wanted.pay_currency is None:
        return true()
    # Whole numbers: more than so many an hour is more than that a year, and no product can be too large for its column.
    most = {per: literal(wanted.pay_yearly // times, BigInteger) for per, times in A_YEAR.items()}
    more = Profile.pay_floor > case(most, value=Profile.pay_per)
    return _none_of(select(Profile.member_id).where(Profile.pay_currency == wanted.pay_currency, more))


def _free_in_time(wanted: Wanted, now: datetime) -> ColumnElement[bool]:
    later = Member.available_from > latest_start(wanted, now)
    return _none_of(select(Member.id).where(later))


def _none_of(people: Select[int]) -> ColumnElement[bool]:
    """A list, not an EXISTS for each: they are few. By itself, also where the enclosing query reads the same tables."""
    return Eligibility.member_id.not_in(people.correlate(None))
