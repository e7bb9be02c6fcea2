"""The language of a page: the person's choice where we may know the person, else what their browser asks for."""

from functools import lru_cache

from flask import Flask, g, has_request_context, request
from flask_babel import Babel, refresh
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.datastructures import LanguageAccept
from werkzeug.http import parse_accept_header

from portal.config import Config, settings
from portal.languages import LANGUAGES
from portal.web.access import Guard, guard_of, member_or_none
from portal.web.desk import recruiter_or_none

NEVER_ASKS = (Guard.PUBLIC, Guard.MACHINE)
"""Doors behind which nobody's cookie is read, so that pages can be cached by anyone."""


def init_app(app: Flask, config: Config) -> None:
    """Choose for each request anew; outside of one it is the house's language."""
    app.config["BABEL_DEFAULT_LOCALE"] = config.language
    Babel(app, locale_selector=_choose)
    app.before_request(_anew)


def _anew() -> None:
    g.pop("said_in", None)
    refresh()


def use(language: str) -> None:
    """Speak this language for the rest of the request: the page has found out whose it is."""
    refresh()
    g.said_in = language


@lru_cache(maxsize=1024)
def negotiate(accept: str, house: str) -> str:
    """Which of our languages an Accept-Language header likes best; the house's if none."""
    return parse_accept_header(accept[:200], LanguageAccept).best_match([house, *LANGUAGES], default=house)


def _choose() -> str:
    if not has_request_context():
        return settings().language
    if chosen := g.get("said_in"):
        return str(chosen)
    return _of_person() or negotiate(request.headers.get("Accept-Language", ""), settings().language)


def _of_person() -> str | None:
    """The choice of who is signed in. A database that is down must not take the page that says so down as well."""
    if guard_of(request.blueprint) in NEVER_ASKS:
        return None
    try:
        person = recruiter_or_none() or member_or_none()
    except SQLAlchemyError:
        return None
    return person.language if person else None
