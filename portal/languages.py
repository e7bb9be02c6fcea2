"""In which language something is said. Pages ask `web.language`; mails are written inside `speaking`.

Every word that a person reads is written in English in the code, inside `_()`; portal/translations has the others.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, datetime
from zoneinfo import ZoneInfo

import flask_babel
from babel.dates import format_date as babel_date
from babel.dates import format_datetime
from babel.numbers import format_decimal
from flask import current_app
from flask_babel import force_locale, get_locale, lazy_gettext

LANGUAGES = {"en": "English", "de": "Deutsch", "pt": "Português"}
"""The languages we speak, each called by its own name. The first is the one the code is written in."""
_REGIONS = {"en": "en_GB", "de": "de", "pt": "pt_PT"}
"""Dates and lists are written as they are in Europe."""

__all__ = [
    "LANGUAGES", "current", "day", "gettext", "lazy_gettext", "locale", "moment", "ngettext", "npgettext", "number",
    "pgettext", "speaking",
]  # fmt: skip

# Flask-Babel says nothing of its types.
gettext: Callable[..., str] = flask_babel.gettext
ngettext: Callable[..., str] = flask_babel.ngettext
pgettext: Callable[..., str] = flask_babel.pgettext
npgettext: Callable[..., str] = flask_babel.npgettext


def current() -> str:
    """The language that is spoken now, one of LANGUAGES."""
    now = get_locale() if current_app else None
    return now.language if now and now.language in LANGUAGES else "en"


def locale() -> str:
    """Babel's name for the same, with the region whose dates we use."""
    return _REGIONS[current()]


@contextmanager
def speaking(language: str) -> Iterator[None]:
    """Speak this language inside, whoever asked: for what is written to somebody else."""
    with force_locale(language if language in LANGUAGES else "en"):
        yield


def day(value: date) -> str:
    """A date in words: 3 March 2026, 3. März 2026, 3 de março de 2026."""
    return str(babel_date(value, "long", locale=locale()))


def moment(value: datetime, zone: str = "UTC") -> str:
    """A time in words, with its zone unless it is the reader's own: 3 March 2026, 10:00 UTC."""
    local = value.astimezone(ZoneInfo(zone))
    said = f"{day(local.date())}, {format_datetime(local, 'HH:mm', locale=locale())}"
    return f"{said} UTC" if zone == "UTC" else said


def number(value: int) -> str:
    """A large number for reading: 1,234 or 1.234."""
    return str(format_decimal(value, locale=locale()))
