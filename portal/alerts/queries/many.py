"""Which of several openings are for each of many members: one pass over their rows, an opening a bit."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import BigInteger, ColumnElement, case, literal, select

from portal.alerts.models import AlertSetting
from portal.alerts.queries.matching import PURPOSE, clause
from portal.audience.models import Eligibility
from portal.audience.models.eligibility import CONSENT_BITS
from portal.audience.queries import catalogue
from portal.db import db
from portal.jobs.queries.wanted import Wanted

WORD = 62
"""Openings in one number: a signed one of 64 bits."""
AT_A_TIME = 4 * WORD
"""In one statement, which may hold only so many values."""


@dataclass(slots=True)
class Found:
    """A member who agreed to hear of openings, the language of their mail, and what is for them, in the order in which
    it was asked for."""

    member_id: int
    language: str
    wanted: list[Wanted]


def of_members(wanted: Sequence[Wanted], ids: Collection[int], now: datetime) -> list[Found]:
    """What is for each of these members; who has not agreed, or has nothing, is left out."""
    return _found(wanted, [Eligibility.member_id.in_(ids)], now, None) if ids else []


def at_once(
    wanted: Sequence[Wanted], now: datetime, after: int, limit: int, ids: Collection[int] | None = None
) -> list[Found]:
    """The next members, by number, who hear at once of any of these: of early ones all but those who get no mail of
    openings, of others those who want to. `ids`: only these. At most 4 × WORD openings at a time."""
    which = [Eligibility.member_id > after, AlertSetting.every != "feed"]
    if ids is not None:
        which.append(Eligibility.member_id.in_(ids))
    return _found(wanted[:AT_A_TIME], which, now, limit, soon=True)


def _found(
    wanted: Sequence[Wanted], which: Sequence[ColumnElement[bool]], now: datetime, limit: int | None, soon: bool = False
) -> list[Found]:
    found: dict[int, Found] = {}
    with catalogue.at_once():
        for begin in range(0, len(wanted), AT_A_TIME):
            some = wanted[begin : begin + AT_A_TIME]
            for member_id, language, *words in _rows(some, which, now, limit, soon):
                one = found.setdefault(member_id, Found(member_id, language, []))
                one.wanted += _of_bits(some, words)
    return sorted(found.values(), key=lambda one: one.member_id)


def _rows(
    wanted: Sequence[Wanted], which: Sequence[ColumnElement[bool]], now: datetime, limit: int | None, soon: bool
) -> Sequence[tuple[int, str, int]]:
    words = [
        _word(wanted[n : n + WORD], now, soon).label(f"w{n // WORD}") for n in range(0, len(wanted), WORD)
    ]  # fmt: skip
    agreed = Eligibility.consents.bitwise_and(CONSENT_BITS[PURPOSE]) != 0
    people = (
        select(Eligibility.member_id, Eligibility.language, *words)
        .join(AlertSetting, AlertSetting.member_id == Eligibility.member_id)
        .where(agreed, *which)
        .order_by(Eligibility.member_id)
        .offset(0)  # else each database would work the bits out again for what is asked of them
        .subquery()
    )
    some = [people.c[word.name] != 0 for word in words]
    rows = select(people).where(_either(some)).order_by(people.c.member_id)
    return db.session.execute(rows.limit(limit) if limit else rows).all()


def _either(conditions: Sequence[ColumnElement[bool]]) -> ColumnElement[bool]:
    first, *others = conditions
    for other in others:
        first = first | other
    return first


def _word(wanted: Sequence[Wanted], now: datetime, soon: bool) -> ColumnElement[int]:
    """A bit for each opening that is for the member of the row."""
    total: ColumnElement[int] = literal(0, BigInteger)
    for bit, one in enumerate(wanted):
        holds = clause(one, now)
        if soon and one.state_at(now) != "early":
            holds = (AlertSetting.every == "at_once") & holds
        total = total + case((holds, literal(1 << bit, BigInteger)), else_=literal(0, BigInteger))
    return total


def _of_bits(wanted: Sequence[Wanted], words: Sequence[int]) -> list[Wanted]:
    return [one for n, one in enumerate(wanted) if words[n // WORD] >> n % WORD & 1]
