"""A mail that counts takes a row of its member's budget, in the same transaction as its claim (P4).

The key (member, number) decides when two workers want the last one.
"""

from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache

from sqlalchemy import ColumnElement, Insert, Select, bindparam, case, delete, exists, func, select
from sqlalchemy.orm import aliased

from portal.audience.actions import eligibility
from portal.audience.models import Slot
from portal.audience.queries.eligibility import since
from portal.db import changed, db, insert_into
from portal.mail.models import Delivery
from portal.members.models import Member

NOW, SINCE = (bindparam(name, type_=Slot.taken_at.type) for name in ("now", "since"))


def take(delivery_id: int, now: datetime) -> bool:
    """Take the lowest free number of this delivery's member. False if all are in use, or the member has gone.

    A number is free when nobody has it or it was taken 30 days ago. Another worker may get it first: then we look
    again. Numbers above a budget that was lowered since count for as long as they are in use. Whoever sends a delivery
    once more that has a slot already gives that back for the new one.
    """
    given = {"delivery": delivery_id, "now": now, "since": since(now)}
    free = _free()
    while changed(_take(db.engine.dialect.name), given) == 0:
        if db.session.execute(free, given).first() is None and not give_back([delivery_id]):
            return _to_staff(delivery_id)
    return True


def _to_staff(delivery_id: int) -> bool:
    """Whether a delivery goes to a recruiter, whose mail is nobody's budget."""
    goes = select(Delivery.recruiter_id.is_not(None)).where(Delivery.id == delivery_id)
    return bool(db.session.scalar(goes))


@lru_cache
def _take(_dialect: str) -> Insert:
    """Written once for each kind of database: it is part of each claim, and to write it takes longer than to run it."""
    new = insert_into(Slot).from_select(["member_id", "number", "delivery_id", "taken_at"], _free())
    return new.on_conflict_do_update(
        index_elements=["member_id", "number"],
        set_={"delivery_id": new.excluded.delivery_id, "taken_at": new.excluded.taken_at},
        where=Slot.taken_at <= SINCE,
    ).execution_options(dml_strategy="raw")  # its values are for the SELECT


@lru_cache
def _free() -> Select[int, int, int, datetime]:
    """The slot to take; no row if there is none. PostgreSQL keeps the member from being erased meanwhile."""
    used = select(func.count()).where(Slot.member_id == Member.id, Slot.taken_at > SINCE)
    delivery_id = bindparam("delivery", type_=Slot.delivery_id.type)
    own = exists().where(Slot.delivery_id == delivery_id)
    room = used.correlate(Member).scalar_subquery() < Member.mails_per_month
    return (
        select(Member.id, _lowest(), delivery_id, NOW)
        .join(Delivery, Delivery.member_id == Member.id)
        .where(Delivery.id == delivery_id, room, ~own)
        .with_for_update(read=True, key_share=True, of=Member)
    )


def _lowest() -> ColumnElement[int]:
    """0, or one more than the lowest number in use whose next is free."""
    zero, other, next_ = aliased(Slot), aliased(Slot), aliased(Slot)
    first = exists().where(zero.member_id == Member.id, zero.number == 0, zero.taken_at > SINCE)
    follows = exists().where(next_.member_id == Member.id, next_.number == other.number + 1, next_.taken_at > SINCE)
    above = select(func.min(other.number) + 1).where(
        other.member_id == Member.id, other.taken_at > SINCE, ~follows.correlate(Member, other)
    )
    return case((~first.correlate(Member), 0), else_=above.correlate(Member).scalar_subquery())


def give_back(delivery_ids: Sequence[int]) -> int:
    """Free the slots of deliveries that came to nothing. Returns how many there were."""
    mine = delete(Slot).where(Slot.delivery_id.in_(delivery_ids))
    return changed(mine.execution_options(synchronize_session=False))


def settle(delivery_ids: Sequence[int]) -> None:
    """Have the derived rows of these deliveries' members say how much of the budget is left."""
    rows = select(Delivery.member_id).where(Delivery.id.in_(delivery_ids), Delivery.member_id.is_not(None))
    eligibility.refresh(set(db.session.scalars(rows)))


def forget(now: datetime) -> int:
    """Delete what is long free; it is taken over where it is, so this is for tidiness. Returns how many."""
    old = delete(Slot).where(Slot.taken_at <= since(now))
    return changed(old.execution_options(synchronize_session=False))
