"""How we choose somebody, with the days by which a candidate would hear if they applied today."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from portal.jobs.models import Process

WEEKEND = (5, 6)


@dataclass(frozen=True, slots=True)
class Step:
    """A stage: what it is called, what it means, how one prepares for it (may be empty), and the day by which somebody
    who applies today hears how it went; None from where on nothing is promised."""

    shown_as: str
    means: str
    prepare: str
    by: date | None


def steps(process: Process | None, today: date) -> Sequence[Step]:
    """The stages in order. Empty where the process is not known."""
    found: list[Step] = []
    at: date | None = today
    for stage in process.stages if process else ():
        days = stage.get("promise")
        at = after(at, days) if at is not None and days is not None else None
        found.append(Step(stage["shown_as"], stage.get("means") or "", stage.get("prepare") or "", at))
    return found


def after(day: date, working_days: int) -> date:
    """The day that many working days later: Monday to Friday. Public holidays are not known here, and the page says
    so."""
    left = working_days
    while left > 0:
        day += timedelta(days=1)
        left -= day.weekday() not in WEEKEND
    return day
