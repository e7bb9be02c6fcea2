"""What can be said against an opening by a button: each changes exactly one preference.

What is offered depends on the opening alone, so that whoever holds a mail learns nothing of whom it was for (W-25).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from babel.dates import format_skeleton
from sqlalchemy import select

from portal.audience.models import Place, Team
from portal.audience.queries.names import called
from portal.audience.queries.preferences import Preferences
from portal.audience.queries.words import LEVEL_WORDS, TITLES
from portal.db import db
from portal.jobs.queries.wanted import Wanted
from portal.languages import gettext as _
from portal.languages import locale
from portal.members.models import LEVELS

TEAM, JUNIOR, SENIOR, PLACE, OFTEN, LATER = "team", "junior", "senior", "place", "often", "later"
MONTHS = 12
"""So many months ahead may be named as the first one."""
PREFERENCE = {
    TEAM: "unwanted_teams", JUNIOR: "levels", SENIOR: "levels", PLACE: "places", OFTEN: "mails_per_month",
    LATER: "available_from",
}  # fmt: skip
"""What each changes."""


@dataclass(frozen=True, slots=True)
class Offer:
    """A button: what it sends, what it says, and which preference it changes, in words."""

    value: str
    label: str
    changes: str


def offers(wanted: Wanted) -> list[Offer]:
    """All but the month. At most two statements."""
    return [Offer(value, label, str(TITLES[PREFERENCE[value.partition(":")[0]]])) for value, label in _said(wanted)]


def _said(wanted: Wanted) -> Iterator[tuple[str, str]]:
    if wanted.team:
        team = db.session.scalar(select(Team).where(Team.slug == wanted.team))
        yield TEAM, _("Not this team: %(team)s", team=team.said if team else wanted.team)
    ranks = list(LEVELS)
    if wanted.level and wanted.level != ranks[-1]:
        yield JUNIOR, _("Too junior: “%(level)s” and below", level=LEVEL_WORDS[wanted.level])
    if wanted.level and wanted.level != ranks[0]:
        yield SENIOR, _("Too senior: “%(level)s” and above", level=LEVEL_WORDS[wanted.level])
    if wanted.work_modes != {"remote"}:
        for slug, name in called(Place, sorted(wanted.places)).items():
            yield f"{PLACE}:{slug}", _("Wrong place: %(place)s", place=name)
    yield OFTEN, _("Too often: fewer mails")


def months(today: date) -> list[date]:
    """The first days of the months to come."""
    first = [date(today.year + (today.month + n - 1) // 12, (today.month + n - 1) % 12 + 1, 1) for n in range(1, 14)]
    return first[:MONTHS]


def named(days: Sequence[date]) -> list[tuple[str, str]]:
    """Months as a button sends them, and as they are called: "March 2027"."""
    return [(f"{day:%Y-%m}", str(format_skeleton("yMMMM", day, locale=locale()))) for day in days]


def levels_after(chosen: Preferences, level: str, what: str) -> list[str]:
    """The levels that are left without this one and those below (JUNIOR) or above it (SENIOR); maybe none."""
    ranks = list(LEVELS)
    at = ranks.index(level)
    wrong = ranks[: at + 1] if what == JUNIOR else ranks[at:]
    return [name for name in ranks if name in (chosen.levels or ranks) and name not in wrong]


def places_after(chosen: Preferences, slug: str) -> list[str]:
    """The places that are left without this one, and without the whole of its country but with its other places; maybe
    none. Where all were meant, it is all others."""
    country = next((entry.group for entry in chosen.places if entry.slug == slug), None)
    mine = [entry for entry in chosen.places if entry.chosen] or list(chosen.places)
    whole = any(entry.whole_country and entry.group == country for entry in mine)
    left = {entry.slug for entry in mine if not (entry.whole_country and entry.group == country)}
    if whole:
        left |= {entry.slug for entry in chosen.places if entry.group == country and not entry.whole_country}
    return [entry.slug for entry in chosen.places if entry.slug in left - {slug}]
