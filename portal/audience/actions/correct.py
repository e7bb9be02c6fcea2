"""Correcting what a mail stood upon: exactly one preference, recorded and undone like any other change."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from portal.audience.actions.less import Less, lower
from portal.audience.actions.preferences import hold, save
from portal.audience.models import ASKED
from portal.audience.queries import corrections, skills
from portal.audience.queries import preferences as queries
from portal.audience.queries.preferences import Preferences
from portal.audience.queries.wording import CURRENT
from portal.members.models import Change, Member

PAUSE = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Corrected:
    """The change, none if it was so already, and what holds now."""

    change: Change | None
    now: Preferences


def correct(member: Member, preference: str, value: str, network: str, now: datetime) -> Corrected:
    """Take `value` off a preference, or set it where there can be only one.

    `preference` and `value` are those of a `Correction`. Raises LookupError for a preference that none is about.
    """
    after = _AFTER[preference]
    member = hold(member.id)
    chosen = queries.of(member, now)
    changes = {preference: after(chosen, preference, value, now)}
    change = save(member, changes, CURRENT, network, now, chosen=chosen)
    return Corrected(change, queries.changed(chosen, changes, now))


def pause(member: Member, network: str, now: datetime) -> Corrected:
    """Nothing for a month, asked for by whoever holds the mail; a longer pause stays as it is."""
    member = hold(member.id)
    chosen = queries.of(member, now)
    less = Less(pause_until=queries.today(member.time_zone, now) + PAUSE)
    change = lower(member, chosen, less, network, now)
    return Corrected(change, queries.changed(chosen, change.after, now) if change else chosen)


def _take_off(p: Preferences, preference: str, value: str, now: datetime) -> Any:
    return [each for each in queries.values(p)[preference] if each != value]


def _skills(p: Preferences, preference: str, value: str, now: datetime) -> Any:
    return [name for key, name in skills.parse(p.skills).items() if key != value]


def _work_modes(p: Preferences, preference: str, value: str, now: datetime) -> Any:
    return corrections.without(value, p.work_modes) if value in corrections.NOT_A_MODE else sorted(p.work_modes)


def _fewer(p: Preferences, preference: str, value: str, now: datetime) -> Any:
    return min(p.mails_per_month, int(value)) if value in map(str, corrections.STEPS) else p.mails_per_month


def _later(p: Preferences, preference: str, value: str, now: datetime) -> Any:
    wanted = queries.today(p.time_zone, now) + PAUSE
    return max(wanted, p.pause_until or wanted).isoformat()


_AFTER: dict[str, Callable[[Preferences, str, str, datetime], Any]] = {
    "interests": _take_off,
    "places": _take_off,
    "levels": _take_off,
    "skills": _skills,
    "work_modes": _work_modes,
    "career_stage": lambda p, preference, value, now: "not_looking",
    "mails_per_month": _fewer,
    "pause_until": _later,
    **dict.fromkeys(ASKED, lambda p, preference, value, now: False),
}
