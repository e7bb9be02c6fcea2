"""What a rule selects, for the panel beside the builder: the sentence, the numbers, who is held back, ten of them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from portal.audience.queries import Rule, reach, say
from portal.audience.queries.catalogue import at_once
from portal.audience.queries.sample import Person, sample
from portal.config import settings
from portal.languages import ngettext, number

PURPOSE = "newsletter"
"""What segments are built for."""


def _already(count: int) -> str:
    return ngettext(
        "%(count)s already got it.", "%(count)s already got it.", count, count=number(count)
    )  # fmt: skip


def _suppressed(count: int) -> str:
    return ngettext(
        "%(count)s may not be written to, or mail to their address came back.",
        "%(count)s may not be written to, or mail to their addresses came back.", count, count=number(count),
    )  # fmt: skip


def _no_consent(count: int) -> str:
    return ngettext(
        "%(count)s has not agreed to get the newsletter.",
        "%(count)s have not agreed to get the newsletter.", count, count=number(count),
    )  # fmt: skip


def _paused(count: int) -> str:
    return ngettext(
        "%(count)s has paused mail.", "%(count)s have paused mail.", count, count=number(count)
    )  # fmt: skip


def _over_budget(count: int) -> str:
    return ngettext(
        "%(count)s has had as much mail in 30 days as they want.",
        "%(count)s have had as much mail in 30 days as they want.", count, count=number(count),
    )  # fmt: skip


def _trial(count: int) -> str:
    return ngettext(
        "%(count)s would get it once an admin has gone live. Until then mail reaches staff only.",
        "%(count)s would get it once an admin has gone live. Until then mail reaches staff only.",
        count, count=number(count),
    )  # fmt: skip


def _other(count: int) -> str:
    return ngettext(
        "%(count)s cannot be written to now.", "%(count)s cannot be written to now.", count, count=number(count)
    )  # fmt: skip


HELD_BACK: dict[str, Callable[[int], str]] = {
    "suppressed": _suppressed,
    "no_consent": _no_consent,
    "already": _already,
    "paused": _paused,
    "over_budget": _over_budget,
    "trial": _trial,
}
"""By the name of the reason (`queries.eligibility.REASONS`)."""


@dataclass(frozen=True, slots=True)
class Panel:
    """What is said of a rule. `matching`: how many it selects; `reached`: of those, how many a newsletter would reach
    now, `later` of them not before the hours they set; `held`: who is not, in sentences. `small`: so few that each
    could be told apart, so neither they nor the reasons are shown."""

    sentence: str
    matching: int
    reached: int
    later: int
    held: Sequence[str]
    small: bool
    people: Sequence[Person]

    @property
    def held_back(self) -> int:
        """How many of those it selects would not be reached."""
        return self.matching - self.reached


def panel(rule: Rule, now: datetime) -> Panel:
    """Count and choose. Whether names may be shown, whoever shows it decides."""
    with at_once():
        found = reach(rule, PURPOSE, now)
        matching = sum(found.values())
        small = 0 < matching < settings().min_segment
        held = [HELD_BACK.get(why, _other)(count) for why, count in found.items() if why is not None]
        people = sample(rule, matching, now) if matching and not small else []
        return Panel(say(rule), matching, found.get(None, 0), found.quiet, [] if small else held, small, people)
