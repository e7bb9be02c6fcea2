"""What members chose, asked of the masks of their rows, and of the table of choices where the masks are full."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, and_, cast, exists, func, literal, not_, or_, select

from portal.audience.models import Eligibility, Interest, MemberInterest, MemberPlace, Place
from portal.audience.models.eligibility import INTEREST_MASKS, PLACE_MASKS, WORD


def interested(slugs: Sequence[str]) -> ColumnElement[bool]:
    """Whether they chose any of these."""
    theirs = select(MemberInterest.member_id).join(Interest, Interest.id == MemberInterest.interest_id)
    return _chose(Interest, INTEREST_MASKS, theirs, Interest.slug.in_(slugs))


def would_work_in(slugs: Sequence[str]) -> ColumnElement[bool]:
    """Whether they chose any of these or its whole country, or no place at all."""
    named = Place.slug.in_(slugs)
    around = and_(Place.whole_country, Place.country.in_(select(Place.country).where(named)))
    theirs = select(MemberPlace.member_id).join(Place, Place.id == MemberPlace.place_id)
    none = and_(*(mask == 0 for mask in PLACE_MASKS), not_(_beyond(Place, theirs, Place.bit.is_(None))))
    return or_(_chose(Place, PLACE_MASKS, theirs, or_(named, around)), none)


def _chose(
    entry: type[Interest | Place], masks: Sequence[Any], theirs: Any, wanted: ColumnElement[bool]
) -> ColumnElement[bool]:
    """Whether they chose any entry that is wanted. The bits are looked up once for the whole statement."""
    one = literal(1, BigInteger)
    found = []
    for n, mask in enumerate(masks):
        first = n * WORD
        bits = cast(func.sum(one.bitwise_lshift(entry.bit - first)), BigInteger)
        here = select(func.coalesce(bits, 0)).where(entry.bit.between(first, first + WORD - 1), wanted)
        found.append(mask.bitwise_and(here.scalar_subquery()) != 0)
    return or_(*found, _beyond(entry, theirs, and_(entry.bit.is_(None), wanted)))


def _beyond(entry: type[Interest | Place], theirs: Any, wanted: ColumnElement[bool]) -> ColumnElement[bool]:
    """Whether they chose an entry for which there was no bit left. Without such entries nobody's choices are read."""
    return and_(exists().where(wanted), Eligibility.member_id.in_(theirs.where(wanted)))
