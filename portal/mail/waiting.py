"""What waits: which mailings are due, in which order; what is held until later, what may not go, what stands still."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, Select, Update, and_, case, func, null, or_, select, update

from portal.db import changed, db
from portal.mail.models import OPEN, ORDER, WAITING, Delivery, Fragment, Mailing
from portal.mail.seams import seams


def due(now: datetime) -> list[int]:
    """Mailings with something to send, neither paused nor in a worker's hands, in the order of their purposes: account
    mail first, newsletters last."""
    waiting = select(Delivery.mailing_id).where(OPEN, Delivery.state.in_(WAITING), Delivery.not_before <= now)
    free = or_(Mailing.lease_until.is_(None), Mailing.lease_until < now)
    rank = case({purpose: rank for rank, purpose in enumerate(ORDER)}, value=Mailing.purpose, else_=len(ORDER))
    found = select(Mailing.id).where(Mailing.id.in_(waiting), free, Mailing.paused_at.is_(None))
    return list(db.session.scalars(found.order_by(rank, Mailing.id)))


def sort_out(mailing_id: int, now: datetime) -> int:
    """Of what is due of a mailing: move what is to wait, and name the reason of what may not go. Commits.

    Returns how many were skipped. First what waits: whether it may go is found out when its hours come.
    """
    due_ = and_(OPEN, Delivery.mailing_id == mailing_id, Delivery.not_before <= now)
    _changed(update(Delivery).where(due_, Delivery.state == "deferred").values(state="queued"))
    seams().refresh(now)
    db.session.commit()  # others that bring the same up to date wait no longer than that
    return _sort_out(due_, Delivery.mailing_id == mailing_id, [mailing_id], now)


def refuse(id: int, now: datetime) -> None:
    """The same for a row that could not be claimed; nothing if another worker has it, or it may go now. Commits."""
    its = select(Delivery.mailing_id).where(Delivery.id == id)
    _sort_out(Delivery.id == id, Delivery.id == id, its, now)


def tells(mailing_ids: Sequence[int] | Select[int]) -> bool:
    """Whether any of these mailings has parts that are asked about again: only of them somebody keeps who was told."""
    some = select(Fragment.mailing_id).where(Fragment.mailing_id.in_(mailing_ids), Fragment.again).limit(1)
    return db.session.scalar(some) is not None


def _sort_out(
    which: ColumnElement[bool], of: ColumnElement[bool], mailing_ids: Sequence[int] | Select[int], now: datetime
) -> int:
    """`of`: those that `which` is about, whatever became of them."""
    queued, until, refusal = and_(which, Delivery.state == "queued"), seams().hold(now), seams().refusal(now)
    held_from = func.coalesce(Delivery.held_from, Delivery.not_before)
    _changed(update(Delivery).where(queued, until.is_not(None)).values(held_from=held_from, not_before=until))
    skip = update(Delivery).where(queued, Delivery.not_before <= now, refusal.is_not(None))
    count = _changed(skip.values(state="skipped", reason=refusal, ended_at=now))
    if count and tells(mailing_ids):
        seams().nothing(of, now)
    db.session.commit()
    return count


def leave_out(ids: Sequence[int], reason: str, now: datetime) -> None:
    """Skip rows that are still queued, for a reason that only shows when their messages are built."""
    queued = update(Delivery).where(Delivery.id.in_(ids), Delivery.state == "queued")
    if ids:
        _changed(queued.values(state="skipped", reason=reason, ended_at=now))


def unhold(member_id: int) -> None:
    """Have everything looked at again that is held for a member, who has just said when mail may come."""
    held = update(Delivery).where(Delivery.member_id == member_id, Delivery.state == "queued")
    _changed(held.where(Delivery.held_from.is_not(None)).values(not_before=Delivery.held_from, held_from=null()))


def release(now: datetime) -> int:
    """Rows whose worker died in mid-send. It may have arrived: `unknown` for what nobody waits for (P6), again for
    account mail. Commits. Returns how many."""
    dead = and_(OPEN, Delivery.state == "sending", Delivery.lease_until < now)
    account = Delivery.mailing_id.in_(select(Mailing.id).filter_by(purpose="account"))
    words = "The worker stopped while this was on its way."
    count = _changed(update(Delivery).where(dead, account).values(state="queued", lease_until=None))
    parked = update(Delivery).where(dead).values(state="unknown", lease_until=None, ended_at=now, reply=words)
    count += _changed(parked)
    db.session.commit()
    return count


def _changed(statement: Update) -> int:
    return changed(statement.execution_options(synchronize_session=False))
