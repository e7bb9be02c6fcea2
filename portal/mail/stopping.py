"""Keeping queued mail from going out: for a while, for good, or for one person who has withdrawn."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import ColumnElement, select, update

from portal.db import changed, db
from portal.mail.models import OPEN, Delivery, Mailing
from portal.mail.seams import seams
from portal.mail.waiting import tells
from portal.queue import enqueue


def pause(mailing_ids: Collection[int], now: datetime) -> None:
    """Let nothing more of these mailings begin."""
    db.session.execute(update(Mailing).where(Mailing.id.in_(mailing_ids)).values(paused_at=now))


def resume(mailing_ids: Collection[int]) -> None:
    """Go on with them, and wake the worker when this is committed."""
    db.session.execute(update(Mailing).where(Mailing.id.in_(mailing_ids)).values(paused_at=None))
    for id in mailing_ids:
        enqueue("mail.send", id)


def cancel(mailing_ids: Collection[int], now: datetime) -> int:
    """Stop mailings: what has not begun is skipped. Returns how many."""
    db.session.execute(update(Mailing).where(Mailing.id.in_(mailing_ids)).values(cancelled_at=now))
    count = _skip(Delivery.mailing_id.in_(mailing_ids), "cancelled", now)
    if count and tells(list(mailing_ids)):
        seams().nothing(Delivery.mailing_id.in_(mailing_ids), now)
    return count


def cancel_for(member_id: int, purpose: str, now: datetime) -> int:
    """Stop everything of one purpose that is queued for one person, who has just withdrawn (P5)."""
    of_purpose = Delivery.mailing_id.in_(select(Mailing.id).filter_by(purpose=purpose))
    theirs = (Delivery.member_id == member_id) & of_purpose
    count = _skip(theirs, "no_consent", now)
    if count:
        seams().nothing(theirs, now)
    return count


def _skip(which: ColumnElement[bool], reason: str, now: datetime) -> int:
    waiting = Delivery.state.in_(("queued", "deferred"))
    statement = update(Delivery).where(OPEN, which, waiting).values(state="skipped", reason=reason, ended_at=now)
    return changed(statement.execution_options(synchronize_session=False))
