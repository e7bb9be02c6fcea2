"""Whether an opening is for one member, and why: the plain twin of `matching`, rule by rule."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TypeAlias

from portal.audience.queries.facts import Facts, many
from portal.jobs.models import ANYWHERE
from portal.jobs.models.postings import A_YEAR
from portal.jobs.queries.wanted import Wanted, live
from portal.members.models import WORK_MODES

Person: TypeAlias = Facts
"""One member, as matching needs them: what they chose."""
SOON = timedelta(days=90)
"""An opening that names no first day is taken to begin within so long."""


@dataclass(frozen=True, slots=True)
class Fit:
    """Why an opening is for a member. `interests`, `level`, `places`: what they chose that it meets; empty or None:
    they set no limit there. `modes`: the ways of working that suit both, in our order; empty: nobody has said yet, and
    they set no limit. `chose_mode`: they did limit how they work. `country`: if it may be done remotely, where they
    live, or ANYWHERE. `limits`: whether they set any limit at all, also one that has no part in it."""

    interests: tuple[str, ...] = ()
    modes: tuple[str, ...] = ()
    chose_mode: bool = False
    places: tuple[str, ...] = ()
    country: str | None = None
    level: str | None = None
    limits: bool = False


def person(member_ids: Collection[int]) -> dict[int, Person]:
    """Those of these members who have confirmed, by id, in two statements."""
    return {id: found for id, (_name, found) in many(member_ids).items()} if member_ids else {}


def may_tell(wanted: Wanted, now: datetime) -> bool:
    """Whether anybody is told of it: it is early or open, and says what it pays or why not."""
    return wanted.tells_pay and wanted.state_at(now) in {"early", "open"}


def latest_start(wanted: Wanted, now: datetime) -> date:
    """By which day somebody has to be free."""
    return wanted.starts_on or (now + SOON).date()


def fits(wanted: Wanted, person: Person, now: datetime) -> Fit | None:
    """Why an opening is for somebody now; None if it is not."""
    if not may_tell(wanted, now) or not all(holds(wanted, person, now) for holds in RULES.values()):
        return None
    modes = _ways(wanted, person)
    there = not modes or modes != ["remote"]
    return Fit(
        interests=tuple(sorted(wanted.interests & person.interests)),
        modes=tuple(modes),
        chose_mode=bool(person.work_modes),
        places=tuple(sorted(wanted.places & person.places)) if there else (),
        country=(ANYWHERE if ANYWHERE in wanted.countries else person.lives_in) if "remote" in modes else None,
        level=wanted.level if person.levels else None,
        limits=_limits(person),
    )


def why_not(wanted: Wanted, person: Person, now: datetime) -> list[str]:
    """What stands against it, by the names of RULES, "told" first; empty if it is for them."""
    against = [name for name, holds in RULES.items() if not holds(wanted, person, now)]
    return against if may_tell(wanted, now) else ["told", *against]


def matches_of(member_id: int, now: datetime, limit: int) -> list[tuple[Wanted, Fit]]:
    """The openings that are for a member now, early ones too, the newest first. Four statements."""
    found = person([member_id]).get(member_id)
    if found is None:
        return []
    fitting = ((wanted, fits(wanted, found, now)) for wanted in live(now))
    return [(wanted, fit) for wanted, fit in fitting if fit][:limit]


def _about_it(wanted: Wanted, person: Person, now: datetime) -> bool:
    return not person.interests or not wanted.interests.isdisjoint(person.interests)


def _on_their_level(wanted: Wanted, person: Person, now: datetime) -> bool:
    return not person.levels or wanted.level in person.levels


def _suits_one_way(wanted: Wanted, person: Person, now: datetime) -> bool:
    """P3, the first half: a way of working that both have. Nobody has said how: only who set no limit."""
    return not person.work_modes or not wanted.work_modes.isdisjoint(person.work_modes)


def _can_be_done_there(wanted: Wanted, person: Person, now: datetime) -> bool:
    """P3, the other half: one such way can be done where they live, or where they would go."""
    shared = wanted.work_modes & (person.work_modes or wanted.work_modes)
    return bool(_ways(wanted, person)) if shared else _would_go(wanted, person)


def _wanted_team(wanted: Wanted, person: Person, now: datetime) -> bool:
    return wanted.team not in person.unwanted_teams if wanted.team else not person.unwanted_teams


def _paid_enough(wanted: Wanted, person: Person, now: datetime) -> bool:
    if person.pay is None or wanted.pay_yearly is None or person.pay.currency != wanted.pay_currency:
        return True
    return wanted.pay_yearly >= person.pay.amount * A_YEAR[person.pay.per]


def _free_in_time(wanted: Wanted, person: Person, now: datetime) -> bool:
    return person.available_from is None or person.available_from <= latest_start(wanted, now)


RULES: Mapping[str, Callable[[Wanted, Person, datetime], bool]] = {
    "interests": _about_it,
    "level": _on_their_level,
    "work_modes": _suits_one_way,
    "where": _can_be_done_there,
    "team": _wanted_team,
    "pay": _paid_enough,
    "available_from": _free_in_time,
}
"""All have to hold, for an opening that is told of at all."""


def _limits(person: Person) -> bool:
    ticked = person.interests or person.work_modes or person.places or person.levels or person.unwanted_teams
    return bool(ticked or person.pay or person.available_from)


def _ways(wanted: Wanted, person: Person) -> list[str]:
    """The ways to work that it offers, they accept, and that can be done where they are."""
    accepted = person.work_modes or WORK_MODES.keys()
    can = {"remote": _lives_right, "hybrid": _would_go, "onsite": _would_go}
    return [mode for mode in WORK_MODES if mode in wanted.work_modes and mode in accepted and can[mode](wanted, person)]


def _lives_right(wanted: Wanted, person: Person) -> bool:
    return ANYWHERE in wanted.countries or (person.lives_in is not None and person.lives_in in wanted.countries)


def _would_go(wanted: Wanted, person: Person) -> bool:
    return not person.places or not wanted.places.isdisjoint(person.places)
