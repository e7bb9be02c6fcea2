"""What may be corrected beside the reason for a mail: each changes exactly one preference, and says so beforehand."""

from collections.abc import Collection
from dataclasses import dataclass

from portal.audience.queries.words import LEVEL_WORDS, number
from portal.languages import gettext as _
from portal.languages import lazy_gettext as _l
from portal.languages import ngettext
from portal.members.models import WORK_MODES

STEPS = (1, 2, 4, 8, 16)
"""Numbers of mails that one may step down to."""
NOT_A_MODE = {
    "remote": _l("I do not want to work remotely"),
    "hybrid": _l("I do not want hybrid work"),
    "onsite": _l("I do not want to work on site"),
}
NOT_A_PURPOSE = {
    "newsletter": _l("Not this newsletter any more"),
    "job_alerts": _l("No more openings for me"),
    "check_ins": _l("No more personal notes"),
}


@dataclass(frozen=True, slots=True)
class Correction:
    """A button: which preference it changes, what it takes off (or sets), what it says, and what to know before."""

    preference: str
    value: str
    label: str
    note: str | None = None


def interest(slug: str, name: str, last: bool) -> Correction:
    """Take an interest off. Without any, every kind of work is meant."""
    note = _("It is the only one you chose. Without it you have chosen every kind of work, so more may come.")
    return Correction("interests", slug, _("Take %(name)s off what interests you", name=name), note if last else None)


def place(slug: str, name: str, last: bool) -> Correction:
    """Take a place off. Without any, all of them are meant."""
    note = _("It is the only place you chose. Without it every place counts, so more may come.")
    return Correction("places", slug, _("Take %(name)s off where you would work", name=name), note if last else None)


def level(name: str, last: bool) -> Correction:
    """Take a level off. Without any, all of them are meant."""
    note = _("It is the only level you chose. Without it every level counts, so more may come.")
    label = _("Take “%(level)s” off your levels", level=LEVEL_WORDS[name])
    return Correction("levels", name, label, note if last else None)


def skill(key: str, name: str) -> Correction:
    """Take a skill off."""
    return Correction("skills", key, _("Take %(name)s off what you are good at", name=name))


def work_mode(mode: str, chosen: Collection[str]) -> Correction:
    """Rule a work mode out. None ticked means any, so where it was the last, or there was none, the others are."""
    note = _("After this the other two ways of working are ticked.") if not set(chosen) - {mode} else None
    return Correction("work_modes", mode, str(NOT_A_MODE[mode]), note)


def without(mode: str, chosen: Collection[str]) -> list[str]:
    """The work modes that are left when one is ruled out."""
    left = set(chosen) - {mode} or set(WORK_MODES) - {mode}
    return [name for name in WORK_MODES if name in left]


def not_looking() -> Correction:
    """Say that one is not looking."""
    return Correction("career_stage", "not_looking", _("I am not looking at the moment"))


def of_purpose(purpose: str) -> Correction:
    """Take a consent back."""
    return Correction(purpose, "", str(NOT_A_PURPOSE[purpose]))


def fewer(mails_per_month: int) -> Correction | None:
    """One step down; None where there is none."""
    lower = [step for step in STEPS if step < mails_per_month]
    if not lower:
        return None
    label = ngettext(
        "At most one mail in 30 days", "At most %(number)s mails in 30 days", lower[-1], number=number(lower[-1])
    )
    return Correction("mails_per_month", str(lower[-1]), label)


def pause() -> Correction:
    """Nothing for a month."""
    note = _("No newsletter and no openings come in that time. A personal note waits until it is over.")
    return Correction("pause_until", "", _("Pause for a month"), note)
