"""What was changed, in words: said after saving, and wherever somebody's changes are shown."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, TypeAlias

from babel.numbers import format_currency

from portal.audience.models import ASKED
from portal.audience.queries.options import city, country
from portal.audience.queries.preferences import Entry, Preferences
from portal.audience.queries.sentence import days, hours
from portal.audience.queries.words import (
    CHANNEL_WORDS,
    LEVEL_WORDS,
    MODE_WORDS,
    PAY_WORDS,
    STAGE_WORDS,
    TITLES,
    at_most,
    listed,
)
from portal.languages import LANGUAGES, day, locale
from portal.languages import gettext as _
from portal.members.models import LEVELS, WORK_MODES

Words: TypeAlias = "Callable[[Preferences, Iterable[str]], str]"


def saved(p: Preferences, names: Iterable[str]) -> str:
    """What is said after saving: each of these preferences with what holds now."""
    return _("Saved. %(changes)s.", changes=_each(p, names))


def changed(names: Iterable[str]) -> str:
    """The same without what holds now: for who may change it and not see it."""
    return _("Saved. What was changed: %(preferences)s.", preferences=titles(names))


def taken_back(p: Preferences, names: Iterable[str]) -> str:
    """The same after a change was undone."""
    return _("Taken back. %(changes)s.", changes=_each(p, names))


def titles(names: Iterable[str]) -> str:
    """What preferences are called, as a list in a sentence."""
    wanted = set(names)
    return listed([str(title) for name, title in TITLES.items() if name in wanted])


def _each(p: Preferences, names: Iterable[str]) -> str:
    wanted = set(names)
    return "; ".join(f"{title}: {value(name, p)}" for name, title in TITLES.items() if name in wanted)


def value(name: str, p: Preferences) -> str:
    """One preference in words. For a value out of a Change: `value(name, changed(p, {name: …}, now))`."""
    if name in ASKED:
        return _("yes") if name in p.agreed else _("no")
    return _WORDS[name](p)


def _chosen(entries: Sequence[Entry], none: str) -> str:
    return listed([entry.name for entry in entries if entry.chosen]) or none


def _words(words: Mapping[str, Any], names: Iterable[str], none: str) -> str:
    return listed([str(words[name]) for name in names], "or") or none


def _pay(p: Preferences) -> str:
    if p.pay is None:
        return _("no floor")
    amount = format_currency(p.pay.amount, p.pay.currency, locale=locale(), currency_digits=False, format="¤ #,##0")
    return str(PAY_WORDS[p.pay.per]) % {"amount": amount}


_WORDS: dict[str, Callable[[Preferences], str]] = {
    "interests": lambda p: _chosen(p.interests, _("every kind of work")),
    "skills": lambda p: listed(p.skills) or _("nothing named"),
    "work_modes": lambda p: _words(MODE_WORDS, [m for m in WORK_MODES if m in p.work_modes], _("any way of working")),
    "places": lambda p: _chosen(p.places, _("anywhere")),
    "lives_in": lambda p: country(p.lives_in) if p.lives_in else _("not said"),
    "levels": lambda p: _words(LEVEL_WORDS, [x for x in LEVELS if x in p.levels], _("any level")),
    "unwanted_teams": lambda p: _chosen(p.unwanted_teams, _("no team")),
    "pay": _pay,
    "career_stage": lambda p: str(STAGE_WORDS[p.career_stage]),
    "available_from": lambda p: day(p.available_from) if p.available_from else _("not said"),
    "next_wish": lambda p: _("your own words") if p.next_wish else _("nothing said"),
    "language": lambda p: LANGUAGES[p.language],
    "channel": lambda p: str(CHANNEL_WORDS[p.channel]),
    "phone": lambda p: p.phone or _("no number"),
    "phone_hours": lambda p: hours(*p.phone_hours, p.time_zone),
    "not_at_work": lambda p: _("yes") if p.not_at_work else _("no"),
    "hidden_teams": lambda p: _chosen(p.hidden_teams, _("no team")),
    "hidden_people": lambda p: listed(p.hidden_people.split("\n")) if p.hidden_people else _("nobody"),
    "mails_per_month": lambda p: at_most(p.mails_per_month),
    "weekdays": lambda p: days(p.weekdays),
    "mail_hours": lambda p: hours(*p.mail_hours, p.time_zone),
    "time_zone": lambda p: city(p.time_zone),
    "pause_until": lambda p: _("nothing until %(day)s", day=day(p.pause_until)) if p.pause_until else _("no pause"),
}
