"""The derived rows that segments choose and count by: worked out anew from the truth whenever it changes."""

from collections.abc import Collection
from typing import Any, TypeAlias

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    FromClause,
    Select,
    SmallInteger,
    case,
    cast,
    delete,
    exists,
    func,
    literal,
    or_,
    select,
    text,
    type_coerce,
)
from sqlalchemy.orm import InstrumentedAttribute

from portal.audience.models import (
    ASKED,
    Consent,
    Eligibility,
    Interest,
    MemberInterest,
    MemberPlace,
    Place,
    Slot,
    Suppression,
)
from portal.audience.models.eligibility import (
    CONSENT_BITS,
    GIVEN_AT,
    INTEREST_MASKS,
    PLACE_MASKS,
    SUPPRESSION_BITS,
    WORD,
)
from portal.db import db, insert_into
from portal.members.models import Member

Ids: TypeAlias = Collection[int] | None


def refresh(member_ids: Ids) -> None:
    """Make the rows of these members (None: of everybody) what the truth says; only what differs is written.

    Call it last in an action, after all that the action changes: of two at once the second waits here for the first
    and then sees what it did, and whoever waits holds nothing that the other may still want. Who has confirmed stays
    so until they are deleted, and their row with them; None drops rows that nothing stands behind all the same.
    """
    db.session.flush()
    if member_ids is not None and not member_ids:
        return
    _hold(member_ids)
    rows = _truth(member_ids)
    member_id, *others = [column.name for column in rows.selected_columns]
    new = insert_into(Eligibility).from_select([member_id, *others], rows)
    values = {name: new.excluded[name] for name in others}
    differs = or_(*(getattr(Eligibility, name).is_distinct_from(value) for name, value in values.items()))
    db.session.execute(new.on_conflict_do_update(index_elements=[member_id], set_=values, where=differs))
    if member_ids is None:
        # EXISTS, not IN: PostgreSQL would look through a million numbers for each of a million rows.
        stands = exists().where(Member.id == Eligibility.member_id, Member.confirmed_at.is_not(None))
        gone = delete(Eligibility).where(~stands)
        db.session.execute(gone.execution_options(synchronize_session=False))


def _of(member_id: InstrumentedAttribute[Any], ids: Ids) -> ColumnElement[bool]:
    return literal(True) if ids is None else member_id.in_(sorted(set(ids)))


def _hold(ids: Ids) -> None:
    """One after the other on PostgreSQL: what is worked out after this sees all that was done before. SQLite has one
    writer at a time anyway."""
    if db.engine.dialect.name != "postgresql":
        return
    if ids is None:
        db.session.execute(text("LOCK TABLE eligibility IN SHARE ROW EXCLUSIVE MODE"))
    else:
        rows = select(Eligibility.member_id).where(_of(Eligibility.member_id, ids)).order_by(Eligibility.member_id)
        db.session.execute(rows.with_for_update())


def _truth(ids: Ids) -> Select[*tuple[Any, ...]]:
    """The rows as they should be: each part read once, for all members at once."""
    interests = _chosen(MemberInterest.member_id, MemberInterest.interest_id, Interest, len(INTEREST_MASKS), ids)
    places = _chosen(MemberPlace.member_id, MemberPlace.place_id, Place, len(PLACE_MASKS), ids)
    agreed, suppressed, sent = _agreed(ids), _suppressed(ids), _sent(ids)
    of = Member.id
    return (
        select(
            of.label("member_id"),
            type_coerce(Member.work_modes, SmallInteger).label("work_modes"),
            type_coerce(Member.levels, SmallInteger).label("levels"),
            func.coalesce(agreed.c.bits, 0).label("consents"),
            func.coalesce(suppressed.c.bits, 0).label("suppressed"),
            Member.career_stage,
            Member.language,
            Member.lives_in,
            *(func.coalesce(interests.c[f"m{n}"], 0).label(m.key) for n, m in enumerate(INTEREST_MASKS)),
            *(func.coalesce(places.c[f"m{n}"], 0).label(m.key) for n, m in enumerate(PLACE_MASKS)),
            sent.c.taken_at.label("spent_at"),
            Member.paused_until,
            Member.rhythm_id,
            Member.confirmed_at.label("joined"),
            *(agreed.c[purpose].label(column.key) for purpose, column in GIVEN_AT.items()),
        )
        .outerjoin(interests, interests.c.member_id == of)
        .outerjoin(places, places.c.member_id == of)
        .outerjoin(agreed, agreed.c.member_id == of)
        .outerjoin(suppressed, suppressed.c.member_id == of)
        .outerjoin(sent, sent.c.member_id == of)
        .where(Member.confirmed_at.is_not(None), _of(of, ids))
    )


def _chosen(
    member_id: InstrumentedAttribute[int],
    entry_id: InstrumentedAttribute[int],
    entry: type[Interest | Place],
    masks: int,
    ids: Ids,
) -> FromClause:
    """A mask for each 62 entries. Nobody chose one twice, so that the sum of the bits is all of them."""
    one = literal(1, BigInteger)
    words = [
        func.sum(
            case(
                (entry.bit.between(n * WORD, n * WORD + WORD - 1), one.bitwise_lshift(entry.bit - n * WORD)),
                else_=literal(0, BigInteger),
            )
        )
        for n in range(masks)
    ]
    columns = [cast(word, BigInteger).label(f"m{n}") for n, word in enumerate(words)]
    rows = select(member_id.label("member_id"), *columns).join(entry, entry.id == entry_id)
    return rows.where(_of(member_id, ids)).group_by(member_id).subquery()


def _agreed(ids: Ids) -> FromClause:
    """What each agrees to now. The database lets no purpose live twice."""
    bits = func.sum(case(CONSENT_BITS, value=Consent.purpose, else_=0))
    since = [func.max(case((Consent.purpose == purpose, Consent.given_at))).label(purpose) for purpose in ASKED]
    rows = select(Consent.member_id, cast(bits, SmallInteger).label("bits"), *since)
    return (
        rows.where(Consent.withdrawn_at.is_(None), _of(Consent.member_id, ids)).group_by(Consent.member_id).subquery()
    )


def _suppressed(ids: Ids) -> FromClause:
    """Why each must not be written to; a reason may stand twice, once for each address they had."""
    bits = [func.max(case((Suppression.reason == r, bit), else_=0)) for r, bit in SUPPRESSION_BITS.items()]
    total: ColumnElement[int] = sum(bits[1:], start=bits[0])
    rows = select(Suppression.member_id, total.label("bits")).where(_of(Suppression.member_id, ids))
    return rows.where(Suppression.member_id.is_not(None)).group_by(Suppression.member_id).subquery()


def _sent(ids: Ids) -> FromClause:
    """The last mail of each member's budget, counted from the newest."""
    newest = func.row_number().over(partition_by=Slot.member_id, order_by=Slot.taken_at.desc()).label("newest")
    numbered = select(Slot.member_id, Slot.taken_at, newest, Member.mails_per_month).join(Member)
    found = numbered.where(_of(Slot.member_id, ids)).subquery().c
    return select(found.member_id, found.taken_at).where(found.newest == found.mails_per_month).subquery()
