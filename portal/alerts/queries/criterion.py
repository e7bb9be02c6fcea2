"""What a segment, or a part of a mail, may ask about openings: whom one is for. The one matcher decides (P3)."""

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, false, or_, select

from portal.alerts.queries.fitting import Fit, fits
from portal.alerts.queries.matching import clause
from portal.audience.queries import catalogue
from portal.audience.queries.ask import Ask
from portal.audience.queries.criterion import Criterion
from portal.audience.queries.facts import Facts
from portal.audience.queries.options import Options
from portal.audience.queries.values import SLUGS, either
from portal.db import db
from portal.jobs.models import ANYWHERE, Posting
from portal.jobs.queries.wanted import Wanted, by_slugs, live
from portal.languages import gettext as _
from portal.languages import lazy_gettext as _l
from portal.languages import ngettext
from portal.members.models import WORK_MODES


def _kept() -> dict[datetime, dict[str, Wanted]]:
    """Live openings by slug, by the time that was asked about, as far as they have been read inside `keeping`."""
    return catalogue.once("openings", dict[datetime, dict[str, Wanted]])


def openings(now: datetime) -> dict[str, Wanted]:
    """Those that members may hear of, by slug, the newest first. Two statements, once inside `keeping`."""
    kept = _kept()
    if now not in kept:
        kept[now] = {wanted.slug: wanted for wanted in live(now)}
    return kept[now]


def _openings(slugs: Sequence[str], now: datetime) -> list[Wanted]:
    """Those of these that anybody may be told of now, and maybe others. Two statements, however often they are asked
    for inside `keeping`."""
    if not catalogue.keeps():
        return by_slugs(slugs)
    kept = openings(now)
    return [kept[slug] for slug in slugs if slug in kept]


def _compile(slugs: Sequence[str], now: datetime) -> ColumnElement[bool]:
    return or_(false(), *(clause(wanted, now) for wanted in _openings(slugs, now)))


def _evaluate(slugs: Sequence[str], facts: Facts, now: datetime) -> bool:
    return any(fits(wanted, facts, now) for wanted in _openings(slugs, now))


def _because(slugs: Sequence[str], facts: Facts, now: datetime) -> list[tuple[str, Any]]:
    """Of each opening that is for them, what of their choices made it so; each thing once."""
    fitting = ((wanted, fits(wanted, facts, now)) for wanted in _openings(slugs, now))
    return list(dict.fromkeys(part for wanted, fit in fitting if fit for part in _plainer(wanted, fit)))


def _plainer(wanted: Wanted, fit: Fit) -> Iterator[tuple[str, tuple[str, ...]]]:
    if fit.interests:
        yield "interest", fit.interests
    yield "work_mode", fit.modes or tuple(WORK_MODES)
    if fit.modes != ("remote",):
        yield "place", tuple(sorted(wanted.places))
    if fit.country and fit.country != ANYWHERE:
        yield "lives_in", (fit.country,)
    if wanted.level:
        yield "level", (wanted.level,)


def _titles(slugs: Sequence[str]) -> dict[str, str]:
    """By slug; none for what is not there."""
    known = {wanted.slug: wanted.title for some in _kept().values() for wanted in some.values()}
    missing = {*slugs} - known.keys()
    if missing and catalogue.keeps():
        known |= {slug: title for slug, title, _state in _listed()}
    elif missing:
        rows = select(Posting.slug, Posting.title).where(Posting.slug.in_(missing))
        known |= dict(db.session.execute(rows).all())
    return {slug: known[slug] for slug in slugs if slug in known}


def _listed() -> "Sequence[Row[str, str, str]]":
    """Slug, title and state of all there are."""
    rows = select(Posting.slug, Posting.title, Posting.state)
    return catalogue.once("opening-titles", lambda: db.session.execute(rows).all())


def _say(slugs: Sequence[str]) -> str:
    titles = _titles(slugs)
    names = either([_("“%(words)s”", words=titles.get(slug, slug)) for slug in slugs])
    return ngettext("match the opening %(names)s", "match one of the openings %(names)s", len(slugs), names=names)


def _options() -> Options:
    """Those that members may hear of, by title; several of one title are told apart. Unless they have been read anyway,
    as far as the worker has got."""
    if kept := list(_kept().values()):
        rows = [(wanted.slug, wanted.title) for wanted in kept[0].values()]
    else:
        rows = [(slug, title) for slug, title, state in _listed() if state in {"early", "open"}]
    found = sorted(rows, key=lambda row: (row[1].casefold(), row[0]))
    named = Counter(title for _slug, title in found)
    return (("", tuple((slug, title if named[title] == 1 else f"{title} ({slug})") for slug, title in found)),)


ASK = Ask(
    title=_l("Whom an opening is for"),
    holds=_l("match any of these openings:"),
    holds_not=_l("match none of these openings:"),
    kind="words",
    options=_options,
    only=True,
    called=_titles,
    hint=_l("By all that members set, as it is decided who is told of it. Nobody is selected once it is closed."),
    placeholder=_l("The title of an opening"),
    found_by=_l("opening openings job jobs posting vacancy role position match fit"),
)
OPENING = Criterion[tuple[str, ...]](
    name="opening", schema=SLUGS, compile=_compile, evaluate=_evaluate, say=_say, ask=ASK, because=_because
)
"""Whom any of these openings is for, as long as it is early or open. One that nobody knows is for nobody."""
