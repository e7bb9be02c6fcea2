"""Erasing a person: everything that any slice holds, in one transaction, and the line in the journal before it ends."""

from datetime import datetime

import structlog
from sqlalchemy import delete, update

from portal import links
from portal.db import changed, db
from portal.mail import erasing
from portal.members.actions import journal
from portal.members.models import Member, SignInRequest
from portal.members.queries.held import holders

log = structlog.get_logger(__name__)
HASH = "suppression"
"""What the hash of an address is keyed for: the one in the journal is the one that keeps imports out."""


def hold(member_id: int) -> bool:
    """Hold a member's row to the end of the transaction, so that nobody is erased, or erases, in between. False: they
    are gone. By an idle UPDATE, which SQLite understands too."""
    idle = update(Member).filter_by(id=member_id).values(address=Member.address)
    return changed(idle.execution_options(synchronize_session=False)) == 1


def erase(member: Member, by: str, now: datetime) -> bool:
    """Erase everything held about a member; False if somebody else just has. The caller commits, then calls `db.scrub`.

    `by`: you or retention. Once it is committed nothing is sent to them any more, in the middle of a send too (P5).
    What stays: one keyed hash, deliveries that count, records of consent without the person. Raises JournalError, then
    nothing is erased.
    """
    id, address_hash = member.id, links.keyed_hash(HASH, member.address_key)
    if not remove(member, now):
        return False
    journal.write(journal.Line(now, id, address_hash))
    log.info("erased", member=id, by=by)
    return True


def remove(member: Member, now: datetime) -> bool:
    """The same without a line in the journal: for what stands there already."""
    erasing.hold(member.id)
    if not hold(member.id):
        return False
    for holder in reversed(holders()):
        holder.erase(member, now)
    id = member.id
    db.session.expunge(member)
    db.session.execute(delete(Member).filter_by(id=id).execution_options(synchronize_session=False))
    return True


def own(member: Member, now: datetime) -> None:
    """What this slice holds beside what goes with the member's row (sessions, links, changes, profile, archive)."""
    mine = delete(SignInRequest).filter_by(address_key=member.address_key)
    db.session.execute(mine.execution_options(synchronize_session=False))
