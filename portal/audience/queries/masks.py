"""What members chose, asked of the masks of their rows, and of the table of choices where the masks are full.

An entry keeps its bit for ever, so that it can be looked up here and stand in the statement as a number.
"""

from collections.abc import Iterable, Sequence
from typing import Any, TypeAlias

from sqlalchemy import BigInteger, ColumnElement, and_, false, literal, not_, or_, select
from sqlalchemy.orm import InstrumentedAttribute

from portal.audience.models import Eligibility, Interest, MemberInterest, MemberPlace, Place
from portal.audience.models.eligibility import INTEREST_MASKS, PLACE_MASKS, WORD
from portal.db import db

_Entries: TypeAlias = Iterable[tuple[int, int | None]]
"""Ids, each with its bit."""


def interested(slugs: Sequence[str]) -> ColumnElement[bool]:
    """Whether they chose any of these."""
    rows = db.session.execute(select(Interest.id, Interest.bit).where(Interest.slug.in_(slugs)))
    return _chose(INTEREST_MASKS, MemberInterest.interest_id, [(id, bit) for id, bit in rows])


def would_work_in(slugs: Sequence[str]) -> ColumnElement[bool]:
    """Whether they chose any of these or its whole country, or no place at all."""
    named = Place.slug.in_(slugs)
    around = and_(Place.whole_country, Place.country.in_(select(Place.country).where(named)))
    fits = or_(named, around)
    rows = db.session.execute(select(Place.id, Place.bit, fits).where(or_(fits, Place.bit.is_(None)))).all()
    some = or_(*(mask != 0 for mask in PLACE_MASKS), _beyond(MemberPlace.place_id, ((id, bit) for id, bit, _ in rows)))
    return or_(_chose(PLACE_MASKS, MemberPlace.place_id, [(id, bit) for id, bit, fit in rows if fit]), not_(some))


def _chose(masks: Sequence[Any], entry_id: InstrumentedAttribute[int], entries: _Entries) -> ColumnElement[bool]:
    """Whether they chose any of these entries."""
    entries = list(entries)
    found = []
    for n, mask in enumerate(masks):
        bits = sum(1 << bit - n * WORD for _, bit in entries if bit is not None and bit // WORD == n)
        if bits:
            found.append(mask.bitwise_and(literal(bits, BigInteger)) != 0)
    return or_(*found, _beyond(entry_id, entries))


def _beyond(entry_id: InstrumentedAttribute[int], entries: _Entries) -> ColumnElement[bool]:
    """Whether they chose any of those for which there was no bit left."""
    ids = [id for id, bit in entries if bit is None]
    theirs = select(entry_id.class_.member_id).where(entry_id.in_(ids))
    return Eligibility.member_id.in_(theirs) if ids else false()
