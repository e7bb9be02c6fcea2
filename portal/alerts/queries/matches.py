"""What is for one member now: for their page, their feed and their calendar. The same matcher as for mail."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from portal.alerts.queries import tokens
from portal.alerts.queries.fitting import matches_of
from portal.alerts.queries.items import Item, items
from portal.alerts.queries.reasons import because
from portal.audience.queries import catalogue

MOST = 100
"""Openings on a page, in a feed or a calendar; nobody reads more."""


@dataclass(frozen=True, slots=True)
class Match:
    """An opening for somebody. `why`: as `reasons.because`. `path`: of a page that they can open: their own link while
    it is early. `lasting`: a path that is the same before and after. `fit_path`: what corrects it."""

    item: Item
    why: str
    path: str
    lasting: str
    fit_path: str


def matches(member_id: int, now: datetime) -> Sequence[Match]:
    """The newest first, early ones too. Eight statements."""
    with catalogue.at_once():
        found = matches_of(member_id, now, MOST)
        said = {item.id: item for item in items([wanted for wanted, _ in found], now)}
        return [_match(member_id, said[wanted.id], because(fit)) for wanted, fit in found if wanted.id in said]


def _match(member_id: int, item: Item, why: str) -> Match:
    lasting = f"/openings/{tokens.opening_of(item.id, member_id)}/{item.slug}"
    path = lasting if item.first_until else f"/jobs/{item.slug}"
    return Match(item, why, path, lasting, f"/fit/{tokens.fit_of(member_id)}?opening={item.slug}")
