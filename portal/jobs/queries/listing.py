"""The openings that everybody may see, by filters and words: what there is to choose from, and one page of it.

All are compared here rather than by the database: with two thousand of them that is a tenth of a second, once a
minute, and what a filter would lead to is counted on the way.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from portal.audience.queries.catalogue import at_once
from portal.db import db
from portal.jobs.models import Posting
from portal.jobs.queries.asked import FILTERS, Asked
from portal.jobs.queries.cards import Card, cards
from portal.jobs.queries.overview import Facts, Names, facts, names
from portal.jobs.queries.search import begins, found, terms
from portal.jobs.queries.states import is_open

_NEWEST = (Posting.opens_at.desc(), Posting.id.desc())


@dataclass(frozen=True, slots=True)
class Option:
    """A value of a filter, and how many openings there would be with it beside all else that was asked for."""

    value: str
    name: str
    count: int


@dataclass(frozen=True, slots=True)
class Listing:
    """A page of what was asked for, `count` of `total` openings. `options`: by filter, what leads to something, and
    what is chosen; `chosen`: the names of that, by filter; `unsaid`: how many more there may be, as they do not say how
    the work is done."""

    openings: Sequence[Card]
    count: int
    total: int
    options: Mapping[str, Sequence[Option]]
    chosen: Mapping[str, str]
    unsaid: int


def listing(asked: Asked, now: datetime, number: int, size: int) -> Listing:
    """Page `number` (from 1) of the openings that were asked for: those with more of the words in their title first,
    then the newest. Raises LookupError for a value that no filter has."""
    with at_once():
        known, every = names(), facts(now)
        chosen = {filter: known[filter][value] for filter, value in asked.chosen.items()}
        rank = _ranked(asked.typed, every, known)
    ranked = [one for one in every if one.id in rank]
    fit = [one for one in ranked if _fits(one, asked.chosen)]
    fit.sort(key=lambda one: -rank[one.id])  # keeps the newest first among equals
    return Listing(
        openings=_cards([one.id for one in fit[(number - 1) * size : number * size]]),
        count=len(fit),
        total=len(every),
        options={filter: _options(filter, known, ranked, asked.chosen) for filter in FILTERS},
        chosen=chosen,
        unsaid=_unsaid(ranked, asked.chosen),
    )


def _ranked(typed: str, every: Sequence[Facts], known: Names) -> dict[int, int]:
    """Which have all the words, in their text or in the names of what they are, and how many of them in the title."""
    if not typed:
        return {one.id: 0 for one in every}
    words = terms(typed)
    if not words:
        return {}
    called = [{(f, value) for f in known for value, name in known[f].items() if begins(word, name)} for word in words]
    hits = found(words)

    def has(one: Facts, n: int) -> bool:
        return one.id in hits[n] or any((f, value) in called[n] for f in one.values for value in one.values[f])

    return {
        one.id: sum(begins(word, one.title) for word in words)
        for one in every
        if all(has(one, n) for n in range(len(words)))
    }


def _fits(one: Facts, chosen: Mapping[str, str]) -> bool:
    return all(value in one.values[filter] for filter, value in chosen.items())


def _without(chosen: Mapping[str, str], filter: str) -> dict[str, str]:
    return {name: value for name, value in chosen.items() if name != filter}


def _options(filter: str, known: Names, ranked: Sequence[Facts], chosen: Mapping[str, str]) -> list[Option]:
    others = _without(chosen, filter)
    counts = Counter(value for one in ranked if _fits(one, others) for value in one.values[filter])
    wanted = {value for value in known[filter] if counts[value] or chosen.get(filter) == value}
    return [Option(value, name, counts[value]) for value, name in known[filter].items() if value in wanted]


def _unsaid(ranked: Sequence[Facts], chosen: Mapping[str, str]) -> int:
    if "mode" not in chosen:
        return 0
    others = _without(chosen, "mode")
    return sum(not one.values["mode"] and _fits(one, others) for one in ranked)


def _cards(ids: Sequence[int]) -> list[Card]:
    rows = {row.id: row for row in db.session.scalars(select(Posting).where(Posting.id.in_(ids)))} if ids else {}
    return cards([rows[id] for id in ids if id in rows])


def newest(now: datetime, limit: int) -> list[Card]:
    """The newest that everybody may see."""
    return cards(db.session.scalars(select(Posting).where(is_open(now)).order_by(*_NEWEST).limit(limit)).all())


def every_open(now: datetime) -> Sequence[Posting]:
    """All that everybody may see, the newest first."""
    return db.session.scalars(select(Posting).where(is_open(now)).order_by(*_NEWEST)).all()


def addresses(now: datetime) -> Sequence[tuple[str, datetime]]:
    """Of all that everybody may see: its slug, and when it last looked different."""
    rows = select(Posting.slug, Posting.opens_at, Posting.changed_at).where(is_open(now)).order_by(*_NEWEST)
    return [(slug, max(opened or changed, changed)) for slug, opened, changed in db.session.execute(rows)]
