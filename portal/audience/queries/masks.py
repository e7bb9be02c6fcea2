"""What members chose, asked of the masks of their rows, and of the table of choices where the masks are full.

An entry keeps its bit for ever, so that it can be looked up here and stand in the statement as a number.
"""

from collections.abc import Collection, Iterable, Sequence
from typing import Any, TypeAlias

from sqlalchemy import BigInteger, ColumnElement, and_, false, literal, not_, or_, select
from sqlalchemy.orm import InstrumentedAttribute

from portal.audience.models import Eligibility, Interest, MemberInterest, MemberPlace, Place
from portal.audience.models.eligibility import INTEREST_MASKS, PLACE_MASKS, WORD
from portal.audience.queries import catalogue
from portal.db import db

_Entries: TypeAlias = Iterable[tuple[int, int | None]]
"""Ids, each with its bit."""


def interested(slugs: Sequence[str]) -> ColumnElement[bool]:
    """Whether they chose any of these."""
    kept = catalogue.kept(Interest)
    if kept is not None:
        rows = [(entry.id, entry.bit) for entry in kept if entry.slug in slugs]
    else:
        asked = select(Interest.id, Interest.bit).where(Interest.slug.in_(slugs))
        rows = [(id, bit) for id, bit in db.session.execute(asked)]
    return _chose(INTEREST_MASKS, MemberInterest.interest_id, rows)


def interested_or_anything(slugs: Collection[str]) -> ColumnElement[bool]:
    """Whether they chose any of these, or no interest at all."""
    kept = catalogue.kept(Interest)
    if kept is not None:
        rows = [(e.id, e.bit, e.slug in slugs) for e in kept if e.slug in slugs or e.bit is None]
    else:
        fits = Interest.slug.in_(slugs)
        asked = select(Interest.id, Interest.bit, fits.label("fits")).where(or_(fits, Interest.bit.is_(None)))
        rows = [(id, bit, bool(fits)) for id, bit, fits in db.session.execute(asked)]
    return _chose_or_nothing(INTEREST_MASKS, MemberInterest.interest_id, rows)


def would_work_in(slugs: Collection[str]) -> ColumnElement[bool]:
    """Whether they chose any of these or its whole country, or no place at all."""
    return _chose_or_nothing(PLACE_MASKS, MemberPlace.place_id, _places(slugs))


def _places(slugs: Collection[str]) -> list[tuple[int, int | None, bool]]:
    """Ids and bits of the places that are asked for and of the countries they are in, and whether they are such; of
    those that have no bit, all."""
    kept = catalogue.kept(Place)
    if kept is not None:
        around = {entry.group for entry in kept if entry.slug in slugs}
        found = [(e.id, e.bit, e.slug in slugs or (e.whole_country and e.group in around)) for e in kept]
        return [(id, bit, fits) for id, bit, fits in found if fits or bit is None]
    named = Place.slug.in_(slugs)
    whole = and_(Place.whole_country, Place.country.in_(select(Place.country).where(named)))
    asked = select(Place.id, Place.bit, or_(named, whole).label("fits")).where(or_(named, whole, Place.bit.is_(None)))
    return [(id, bit, bool(fits)) for id, bit, fits in db.session.execute(asked)]


def _chose_or_nothing(
    masks: Sequence[Any], entry_id: InstrumentedAttribute[int], rows: Sequence[tuple[int, int | None, bool]]
) -> ColumnElement[bool]:
    """Whether they chose any of those that fit, or none of all there are. `rows`: as `_places`."""
    some = or_(*(mask != 0 for mask in masks), _beyond(entry_id, ((id, bit) for id, bit, _ in rows)))
    return or_(_chose(masks, entry_id, [(id, bit) for id, bit, fits in rows if fits]), not_(some))


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
