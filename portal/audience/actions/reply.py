"""Answering a mail by a button, and seeing to an answer at the desk."""

from datetime import datetime

from sqlalchemy import and_, case, literal, select

from portal.audience.models import Reply
from portal.db import changed, db, insert_into
from portal.mail.models import Delivery
from portal.staff.actions import audit
from portal.staff.models import Recruiter


def reply(delivery_id: int, answer: str, words: str, now: datetime) -> bool:
    """Keep an answer (one of ANSWERS), in the place of an earlier one to the same mail; False if whom it went to is no
    longer known. The same again changes nothing; another one waits to be seen to anew.

    One statement, so that two at once leave one, and none is kept of somebody who is being erased.
    """
    columns = ["delivery_id", "mailing_id", "member_id", "answer", "words", "at"]
    values = (literal(answer), literal(words), literal(now, Reply.at.type))
    row = select(Delivery.id, Delivery.mailing_id, Delivery.member_id, *values).where(
        Delivery.id == delivery_id, Delivery.member_id.is_not(None)
    )
    kept = insert_into(Reply).from_select(columns, row)
    new = kept.excluded
    same = and_(Reply.answer == new.answer, Reply.words == new.words)
    rest = {
        "answer": new.answer,
        "words": new.words,
        "at": case((same, Reply.at), else_=new.at),
        "handled_at": case((same, Reply.handled_at), else_=None),
        "handled_by": case((same, Reply.handled_by), else_=None),
    }
    return changed(kept.on_conflict_do_update(index_elements=["delivery_id"], set_=rest)) == 1


def handle(reply: Reply, by: Recruiter, now: datetime, *, done: bool = True) -> None:
    """Note that somebody at the desk has seen to an answer, or (`done` false) that it waits again."""
    if done == (reply.handled_at is not None):
        return
    reply.handled_at, reply.handled_by = (now, by.id) if done else (None, None)
    db.session.flush()
    audit.note(by, "reply.handled" if done else "reply.reopened", "reply", reply.id, now, member_id=reply.member_id)
