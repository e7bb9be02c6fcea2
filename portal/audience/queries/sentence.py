"""What a member chose, summed up in one sentence. Each part of it is a whole phrase that can be translated."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from babel.dates import get_day_names
from babel.lists import format_list

from portal.audience.queries.options import city, country
from portal.audience.queries.words import MODE_WORDS, listed, number
from portal.languages import day, locale, ngettext
from portal.languages import gettext as _
from portal.members.models import WORK_MODES

if TYPE_CHECKING:
    from portal.audience.queries.preferences import Entry, Preferences

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
WORKING, WEEKEND = frozenset(WEEKDAYS[:5]), frozenset(WEEKDAYS[5:])
ANY_TIME = (0, 24)


def sentence(p: "Preferences") -> str:
    """ "At most two mails a month, on weekdays between 8 and 18 in Lisbon, about …, only remote, nothing until …"."""
    if not p.agreed:
        return _("No mail at the moment, except what your account needs.")
    budget = ngettext(
        "At most one mail a month", "At most %(number)s mails a month", p.mails_per_month,
        number=number(p.mails_per_month),
    )  # fmt: skip
    clauses = (budget, _when(p), about(p.interests), _modes(p.work_modes), _where(p.places), _pause(p))
    return ", ".join(clause for clause in clauses if clause) + "."


def hours(opens: int, closes: int, zone: str) -> str:
    """ "between 8 and 18 in Lisbon", or "at any time"."""
    if (opens, closes) == ANY_TIME:
        return _("at any time")
    return _("between %(opens)s and %(closes)s in %(place)s", opens=opens, closes=closes, place=city(zone))


def days(chosen: frozenset[str]) -> str:
    """ "on weekdays", "at weekends", "on Monday and Friday", or "on any day"."""
    if chosen == WORKING:
        return _("on weekdays")
    if chosen == WEEKEND:
        return _("at weekends")
    return _("on any day") if len(chosen) == len(WEEKDAYS) else _("on %(days)s", days=_day_names(chosen))


def day_name(weekday: str) -> str:
    """What a day of the week is called."""
    return str(get_day_names("wide", locale=locale())[WEEKDAYS.index(weekday)])


def _day_names(chosen: frozenset[str]) -> str:
    return str(format_list([day_name(name) for name in WEEKDAYS if name in chosen], locale=locale()))


def _when(p: "Preferences") -> str:
    any_day, any_time = len(p.weekdays) == len(WEEKDAYS), p.mail_hours == ANY_TIME
    if any_day:
        return "" if any_time else hours(*p.mail_hours, p.time_zone)
    if any_time:
        return days(p.weekdays)
    said = {"opens": p.mail_hours[0], "closes": p.mail_hours[1], "place": city(p.time_zone)}
    if p.weekdays == WORKING:
        return _("on weekdays between %(opens)s and %(closes)s in %(place)s", **said)
    if p.weekdays == WEEKEND:
        return _("at weekends between %(opens)s and %(closes)s in %(place)s", **said)
    return _("on %(days)s between %(opens)s and %(closes)s in %(place)s", days=_day_names(p.weekdays), **said)


def about(interests: "Sequence[Entry]") -> str:
    """ "about Calibration and Statistics"."""
    names = [entry.name for entry in interests if entry.chosen]
    return _("about %(interests)s", interests=listed(names)) if names else _("about every kind of work")


def _modes(modes: frozenset[str]) -> str:
    names = [str(MODE_WORDS[mode]) for mode in WORK_MODES if mode in modes]
    return _("only %(work_modes)s", work_modes=listed(names, "or")) if names else ""


def _where(places: "Sequence[Entry]") -> str:
    names = [_place(entry) for entry in places if entry.chosen]
    return _("only %(places)s", places=listed(names, "or")) if names else ""


def _place(entry: "Entry") -> str:
    """ "in Lisbon", "anywhere in Portugal": what stands for a country is called so by the employer already."""
    if entry.whole_country and entry.name != country(entry.group):
        return entry.name[:1].lower() + entry.name[1:]
    return _("in %(place)s", place=entry.name)


def _pause(p: "Preferences") -> str:
    return _("nothing until %(day)s", day=day(p.pause_until)) if p.pause_until else ""
