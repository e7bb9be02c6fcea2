"""Letting mail go out under one's name: asked by others, given and taken back by nobody but oneself."""

from datetime import datetime

from sqlalchemy import select, update

from portal.db import changed, db
from portal.staff.actions import mailing
from portal.staff.actions.audit import note
from portal.staff.models import Recruiter, SenderPermission


def ask(
    by: Recruiter, sender_id: int, now: datetime, *, purpose: str | None = None, about: str | None = None
) -> SenderPermission:
    """Ask somebody for a purpose or for one mail. They hear of it by mail and see it on their account page. Asked twice
    is asked once; what they have given already stays."""
    found = _open(sender_id, purpose, about)
    if found:
        return found
    row = SenderPermission(recruiter_id=sender_id, purpose=purpose, about=about, asked_by=by.id, asked_at=now)
    db.session.add(row)
    db.session.flush()
    note(by, "sender.ask", "recruiter", sender_id, now, purpose=purpose, about=about)
    mailing.tell_asked(db.session.get_one(Recruiter, sender_id), by, now)
    return row


def give(me: Recruiter, now: datetime, *, purpose: str | None = None, about: str | None = None) -> SenderPermission:
    """Let mail go out under one's own name, for a purpose or one mail; answers a question that waits."""
    row = _open(me.id, purpose, about)
    if row and row.given_at:
        return row
    if row is None:
        row = SenderPermission(recruiter_id=me.id, purpose=purpose, about=about, asked_at=now)
        db.session.add(row)
    row.given_at = now
    note(me, "sender.give", "recruiter", me.id, now, purpose=purpose, about=about)
    return row


def answer(me: Recruiter, id: int, yes: bool, now: datetime) -> bool:
    """Say yes or no to what one is asked. False: there is no such question to oneself."""
    row = db.session.scalar(select(SenderPermission).filter_by(id=id, recruiter_id=me.id, withdrawn_at=None))
    if row is None or row.given_at:
        return False
    if not yes:
        return withdraw(me, id, now)
    give(me, now, purpose=row.purpose, about=row.about)
    return True


def withdraw(me: Recruiter, id: int, now: datetime) -> bool:
    """Take back what one gave, or say no. It holds at once: what has not gone out yet needs another name. False: there
    is no such permission of one's own."""
    mine = update(SenderPermission).filter_by(id=id, recruiter_id=me.id, withdrawn_at=None)
    if not changed(mine.values(withdrawn_at=now)):
        return False
    row = db.session.get_one(SenderPermission, id)
    note(me, "sender.withdraw", "recruiter", me.id, now, purpose=row.purpose, about=row.about)
    return True


def withdraw_all(recruiter_id: int, now: datetime) -> None:
    """Take back everything of somebody who leaves."""
    mine = update(SenderPermission).filter_by(recruiter_id=recruiter_id, withdrawn_at=None)
    db.session.execute(mine.values(withdrawn_at=now).execution_options(synchronize_session=False))


def _open(recruiter_id: int, purpose: str | None, about: str | None) -> SenderPermission | None:
    rows = select(SenderPermission).filter_by(
        recruiter_id=recruiter_id, purpose=purpose, about=about, withdrawn_at=None
    )
    return db.session.scalar(rows.limit(1))
