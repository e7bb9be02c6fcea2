"""Forgetting to whom mail went: what waits is never sent, what was sent goes on counting without the person."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Delete, Update, case, delete, exists, or_, select, update
from sqlalchemy.orm import aliased

from portal.db import changed, db
from portal.mail.message import BY_HAND
from portal.mail.models import FREE, OPEN, WAITING, Delivery, Mailing, Shell, copy_of


def hold(member_id: int) -> None:
    """Hold a person's open deliveries to the end of the transaction. Before their own row: a worker that claims one
    takes the two in this order. On SQLite one writer waits for the other as a whole."""
    if db.engine.dialect.name == "sqlite":
        return
    rows = select(Delivery.id).where(OPEN, Delivery.member_id == member_id).order_by(Delivery.id)
    db.session.execute(rows.with_for_update())


def forget(member_id: int, now: datetime) -> None:
    """Take a person out of every delivery. One that a worker has in its hands ends as it ends, if its content went out
    already; else it is not sent, since there is nobody to send it to (P5)."""
    for mailing_ids in _chunks(_letters(member_id)):
        _drop(mailing_ids)
    waits = Delivery.state.in_(WAITING)
    mine = update(Delivery).where(Delivery.member_id == member_id)
    _run(
        mine.values(
            state=case((waits, "skipped"), else_=Delivery.state),
            reason=case((waits, "erased"), else_=Delivery.reason),
            ended_at=case((waits, now), else_=Delivery.ended_at),
            member_id=None, mask=0, reply=None, held_from=None,
        )
    )  # fmt: skip


def _letters(member_id: int) -> list[int]:
    """Mailings that were written for this person alone: their words may be about them, and nobody counts them."""
    other = aliased(Delivery)
    shared = exists().where(other.mailing_id == Mailing.id, other.member_id.is_distinct_from(member_id))
    mine = select(Mailing.id).join(Delivery, Delivery.mailing_id == Mailing.id).where(Delivery.member_id == member_id)
    written = or_(Mailing.purpose.in_(FREE), Mailing.kind == BY_HAND)
    copies = select(Mailing.id).where(Mailing.about == copy_of(member_id))
    return list(db.session.scalars(mine.where(written, Mailing.rule.is_(None), ~shared).union_all(copies)))


def _drop(mailing_ids: Sequence[int]) -> None:
    """Delete whole mailings with their parts, and the shells that nothing else is in."""
    _run(delete(Delivery).where(Delivery.mailing_id.in_(mailing_ids)))
    gone = delete(Mailing).where(Mailing.id.in_(mailing_ids)).returning(Mailing.shell_id)
    shells = set(db.session.scalars(gone.execution_options(synchronize_session=False)))
    _run(delete(Shell).where(Shell.id.in_(shells), ~exists().where(Mailing.shell_id == Shell.id)))


def _chunks(ids: list[int], most: int = 500) -> list[list[int]]:
    return [ids[start : start + most] for start in range(0, len(ids), most)]


def _run(statement: Update | Delete) -> int:
    return changed(statement.execution_options(synchronize_session=False))
