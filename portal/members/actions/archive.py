"""The download of everything: asked for in a request, made by the worker, deleted after a week."""

import hashlib
import json
from datetime import datetime

from sqlalchemy import update
from sqlalchemy.exc import NoResultFound

from portal.db import changed, db, insert_into
from portal.languages import speaking
from portal.mail import outbox
from portal.members import emails
from portal.members.actions.erase import hold
from portal.members.actions.packing import pack
from portal.members.models import Archive, Member
from portal.members.queries.archive import FRESH_AFTER, KEPT, of_member, ready_until, waits
from portal.members.queries.held import Section, sections
from portal.queue import enqueue

TASK = "members.make_archive"


def ask(member: Member, now: datetime) -> str:
    """Have the worker make an archive. Returns "asked", "waiting" (for one already) or "same" (the one there is holds
    what is held now, and is less than a day old), so that asking ten times makes one.

    Raises NoResultFound for somebody who has just been erased.
    """
    if not hold(member.id):  # and so two requests at once come one after the other
        raise NoResultFound("there is no such member any more")
    row = of_member(member.id)
    if row is not None and waits(row):
        return "waiting"
    young = row is not None and row.built_at is not None and now - row.built_at < FRESH_AFTER
    if row is not None and young and ready_until(row, now):
        with speaking(member.language):
            if row.digest == digest(sections(member, now)):
                return "same"
    new = insert_into(Archive).values(member_id=member.id, asked_at=now)
    asked = new.on_conflict_do_update(index_elements=["member_id"], set_={"asked_at": now}).returning(Archive.id)
    enqueue(TASK, db.session.scalars(asked).one())
    return "asked"


def digest(found: list[Section]) -> bytes:
    """Of what does not change by itself: not of sign-ins, of what became of a mail, or of this very archive."""
    settled = {section.key: section.data for section in found if section.settled}
    return hashlib.sha256(json.dumps(settled, sort_keys=True).encode()).digest()


def make(id: int, now: datetime) -> bool:
    """Make an archive that was asked for, and tell its owner by mail. A doubled task, or one for somebody who has been
    erased meanwhile, leaves nothing behind. Returns whether it was made."""
    row = db.session.get(Archive, id)
    if row is None or not waits(row):
        return False
    asked_at, member = row.asked_at, db.session.get(Member, row.member_id)
    if member is None:
        return False
    with speaking(member.language):
        found = sections(member, now)
        content = pack(member, found, now)
        words = emails.archive_ready()
    if not hold(member.id):
        return False
    waiting = Archive.built_at.is_(None) | (Archive.built_at < asked_at)  # a doubled task may have been quicker
    mine = update(Archive).filter_by(id=id, asked_at=asked_at).where(waiting)
    values = {"built_at": max(now, asked_at), "digest": digest(found), "size": len(content), "content": content}
    if not changed(mine.values(**values).execution_options(synchronize_session=False)):
        return False
    outbox.queue_one(outbox.freeze(words, now), member.id, now)
    return True


def forget(now: datetime) -> int:
    """Delete the bytes of archives whose days are over. Returns how many."""
    old = update(Archive).where(Archive.built_at <= now - KEPT, Archive.size.is_not(None))
    return changed(old.values(content=None, size=None).execution_options(synchronize_session=False))
