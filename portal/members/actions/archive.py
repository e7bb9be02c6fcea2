"""The download of everything: asked for in a request, made by the worker, deleted after a week."""

from datetime import datetime

from sqlalchemy import update
from sqlalchemy.exc import NoResultFound

from portal.db import changed, db
from portal.languages import speaking
from portal.mail import outbox
from portal.members import emails
from portal.members.actions.erase import hold
from portal.members.actions.packing import pack
from portal.members.models import Archive, Member
from portal.members.queries.archive import KEPT, of_member, same, waits
from portal.members.queries.held import sections
from portal.queue import enqueue

TASK = "members.make_archive"


def ask(member_id: int, now: datetime) -> str:
    """Have the worker make an archive. Returns "asked", "waiting" (for one already) or "same" (the one there is holds
    what is held now, and is less than a day old), so that asking ten times makes one.

    Raises NoResultFound for somebody who has just been erased.
    """
    if not hold(member_id):  # and so two requests at once come one after the other
        raise NoResultFound("there is no such member any more")
    row = of_member(member_id)
    if row is None:
        db.session.add(Archive(member_id=member_id, asked_at=now))
    elif waits(row):
        return "waiting"
    elif same(row, now):
        return "same"
    else:
        row.asked_at = now
    enqueue(TASK, member_id)
    return "asked"


def make(member_id: int, now: datetime) -> bool:
    """Make the archive that a member asked for, and tell them by mail. A doubled task, or one for somebody who has been
    erased meanwhile, leaves nothing behind. Returns whether it was made."""
    row, member = of_member(member_id), db.session.get(Member, member_id)
    if row is None or member is None or not waits(row):
        return False
    asked_at = row.asked_at
    with speaking(member.language):
        content = pack(member, sections(member, now), now)
        words = emails.archive_ready()
    if not hold(member_id):
        return False
    waiting = Archive.built_at.is_(None) | (Archive.built_at < asked_at)  # a doubled task may have been quicker
    mine = update(Archive).filter_by(member_id=member_id, asked_at=asked_at).where(waiting)
    made = mine.values(built_at=max(now, asked_at), size=len(content), content=content)
    if not changed(made.execution_options(synchronize_session=False)):
        return False
    outbox.queue_one(outbox.freeze(words, now), member_id, now)
    return True


def forget(now: datetime) -> int:
    """Delete the bytes of archives whose days are over. Returns how many."""
    old = update(Archive).where(Archive.built_at <= now - KEPT, Archive.size.is_not(None))
    return changed(old.values(content=None, size=None).execution_options(synchronize_session=False))
