"""Which of several openings are for each of many members, an opening a bit: asked of the database opening by opening,
of the plain matcher where the members are few. A test knows that both say the same."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import TypeAlias

from portal.alerts.queries.fitting import fits, person
from portal.alerts.queries.matching import PURPOSE, who
from portal.audience.queries import catalogue
from portal.db import db
from portal.jobs.queries.wanted import Wanted

FEW = 500
"""So many members are looked at one by one: it takes less than going through everybody for each opening."""
READ = 2_000
"""Rows that are in memory at a time."""
Bits: TypeAlias = dict[int, int]
"""By member, bit n for the opening that stands n-th in a list."""


def matched(wanted: Sequence[Wanted], among: Collection[int], now: datetime, only: int | None = None) -> Bits:
    """What is for each of these members, as far as they agreed to hear of openings. `only`: of these bits, for who need
    not be asked for the others."""
    bits = (1 << len(wanted)) - 1 if only is None else only
    look = _one_by_one if len(among) <= FEW else _by_database
    return look(wanted, among, now, bits) if bits and among else dict.fromkeys(among, 0)


def _by_database(wanted: Sequence[Wanted], among: Collection[int], now: datetime, only: int) -> Bits:
    found = dict.fromkeys(among, 0)
    with catalogue.at_once():
        for n, one in enumerate(wanted):
            bit = 1 << n
            if not bit & only:
                continue
            for id in db.session.scalars(who(one, now).execution_options(yield_per=READ)):
                if id in found:
                    found[id] |= bit
    return found


def _one_by_one(wanted: Sequence[Wanted], among: Collection[int], now: datetime, only: int) -> Bits:
    found = dict.fromkeys(among, 0)
    for id, known in person(among).items():
        if PURPOSE in known.agreed:
            found[id] = sum(1 << n for n, one in enumerate(wanted) if only >> n & 1 and fits(one, known, now))
    return found


def listed(wanted: Sequence[Wanted], bits: int) -> list[Wanted]:
    """The openings that a member's bits stand for, in their order."""
    found = []
    while bits:
        lowest = bits & -bits
        found.append(wanted[lowest.bit_length() - 1])
        bits ^= lowest
    return found


def bits_of(wanted: Sequence[Wanted], ids: Collection[int] | Mapping[int, object]) -> int:
    """The bits of the openings with these numbers."""
    return sum(1 << n for n, one in enumerate(wanted) if one.id in ids)
