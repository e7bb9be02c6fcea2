"""Correcting what an opening stood upon, by a button: exactly one preference, recorded and undone like any other
change. Whoever holds the mail may only take away (W-25)."""

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

from portal.alerts.queries import corrections as said
from portal.audience.actions.correct import PAUSE, Corrected
from portal.audience.actions.preferences import hold, save
from portal.audience.queries import preferences as queries
from portal.audience.queries.corrections import STEPS
from portal.audience.queries.preferences import Preferences
from portal.audience.queries.wording import CURRENT
from portal.jobs.queries.wanted import Wanted
from portal.members.models import Member


class NothingLeft(Exception):
    """Without what was to be taken off nothing would be left, which would mean everything. `preference`: which."""

    def __init__(self, preference: str) -> None:
        super().__init__(preference)
        self.preference = preference


def correct(member: Member, wanted: Wanted, what: str, by: str, network: str, now: datetime) -> Corrected:
    """Do what a button says (`what`: the value of an offer, or "later:2027-03"). `by`: as in a Change.

    Raises LookupError for what is offered nowhere, NothingLeft.
    """
    name, _colon, value = what.partition(":")
    after = _AFTER[name]
    member = hold(member.id)
    chosen = queries.of(member, now, consents={})  # none of these is about an agreement
    preference, new = after(chosen, wanted, value, now)
    change = save(member, {preference: new}, CURRENT, network, now, by=by, chosen=chosen)
    return Corrected(change, queries.changed(chosen, {preference: new}, now))


def _team(p: Preferences, wanted: Wanted, value: str, now: datetime) -> tuple[str, Any]:
    if wanted.team is None:
        raise LookupError(said.TEAM)
    return "unwanted_teams", [e.slug for e in p.unwanted_teams if e.chosen or e.slug == wanted.team]


def _level(what: str) -> Callable[[Preferences, Wanted, str, datetime], tuple[str, Any]]:
    def after(p: Preferences, wanted: Wanted, value: str, now: datetime) -> tuple[str, Any]:
        if wanted.level is None:
            raise LookupError(what)
        return "levels", _some("levels", said.levels_after(p, wanted.level, what))

    return after


def _place(p: Preferences, wanted: Wanted, value: str, now: datetime) -> tuple[str, Any]:
    if value not in wanted.places:
        raise LookupError(value)
    return "places", _some("places", said.places_after(p, value))


def _often(p: Preferences, wanted: Wanted, value: str, now: datetime) -> tuple[str, Any]:
    """One step down; nothing for a month where there is none."""
    lower = [step for step in STEPS if step < p.mails_per_month]
    if lower:
        return "mails_per_month", lower[-1]
    until = queries.today(p.time_zone, now) + PAUSE
    return "pause_until", max(until, p.pause_until or until).isoformat()


def _later(p: Preferences, wanted: Wanted, value: str, now: datetime) -> tuple[str, Any]:
    months = {f"{day:%Y-%m}": day for day in said.months(queries.today(p.time_zone, now))}
    day: date = months[value]
    return "available_from", max(day, p.available_from or day).isoformat()


def _some(preference: str, left: list[str]) -> list[str]:
    if not left:
        raise NothingLeft(preference)
    return left


_AFTER: dict[str, Callable[[Preferences, Wanted, str, datetime], tuple[str, Any]]] = {
    said.TEAM: _team,
    said.JUNIOR: _level(said.JUNIOR),
    said.SENIOR: _level(said.SENIOR),
    said.PLACE: _place,
    said.OFTEN: _often,
    said.LATER: _later,
}
