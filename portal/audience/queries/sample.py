"""Some of those whom a rule selects, to look at: always the same as long as they are members, from the whole of the
community, and what they have that the rule asked for."""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, func, select, union_all

from portal.audience.models import Eligibility
from portal.audience.queries.criterion import known
from portal.audience.queries.deciding import Decided, deciding
from portal.audience.queries.facts import Facts, many
from portal.audience.queries.segments import Rule, say, segment_clause
from portal.db import db
from portal.languages import day
from portal.languages import gettext as _

SHOWN = 10
MOST_READ = 500
"""Up to so many are all read and chosen among; of more, some are looked for in each stretch of the community."""
MOST_FACTS = 5


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody whom a rule selects, and what of what they told us made it so."""

    member_id: int
    name: str
    facts: Sequence[str]


def sample(rule: Rule, number: int, now: datetime) -> list[Person]:
    """At most ten of the `number` members whom a rule selects, by name."""
    ids = _ids(segment_clause(rule, now), number)
    people = [Person(id, name, reasons(rule, facts, now)) for id, (name, facts) in many(ids).items()]
    return sorted(people, key=lambda person: (person.name.casefold(), person.member_id))


def _ids(chosen: ColumnElement[bool], number: int) -> Sequence[int]:
    if number > MOST_READ:
        found = list(db.session.scalars(_spread(chosen)))
        if len(found) == SHOWN:
            return found
    ids = db.session.scalars(select(Eligibility.member_id).where(chosen).limit(MOST_READ)).all()
    return sorted(ids, key=_order)[:SHOWN]


def _order(id: int) -> bytes:
    """Neither by age nor by chance."""
    return hashlib.blake2b(str(id).encode(), digest_size=8).digest()


def _spread(chosen: ColumnElement[bool]) -> Any:
    """The first in each tenth of the community, from somewhere in it on. Its size counts in steps of an eighth or so,
    so that these stay the same while it grows."""
    newest = db.session.scalar(select(func.max(Eligibility.member_id))) or 1
    spare = max(newest.bit_length() - 3, 0)
    step = max((newest >> spare << spare) // SHOWN, 1)
    ids = []
    for n in range(SHOWN):
        tenth = Eligibility.member_id.between(step * n + step // 3, step * (n + 1) - 1)
        found = select(Eligibility.member_id).where(chosen, tenth).order_by(Eligibility.member_id).limit(1).subquery()
        ids.append(select(found.c.member_id))
    return union_all(*ids)


def reasons(rule: Rule, facts: Facts, now: datetime) -> list[str]:
    """What of what somebody told us made a rule select them, in a few words each, at most five: for the desk."""
    found = dict.fromkeys(words for decided in deciding(rule, facts, now) for words in _words(decided, facts))
    if not found and facts.joined:
        return [_("joined %(day)s", day=day(facts.joined))]
    return list(found)[:MOST_FACTS]


def _words(decided: Decided, facts: Facts) -> Iterator[str]:
    condition = decided.condition
    ask = known()[condition.name].ask
    told = ask.facts(condition.value, facts) if ask and ask.facts else ()
    if told:
        yield from told
    elif not ask and decided.holds:
        yield say(condition)
