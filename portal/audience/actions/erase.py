"""Forgetting a person: what they were sent, what they agreed to, what was asked for in their name."""

from datetime import datetime

from sqlalchemy import Delete, Update, delete, select, update

from portal import links
from portal.audience.models import Consent, Invitation, JoinRequest, Suppression
from portal.audience.queries.suppressions import of_address
from portal.db import changed, db, insert_into
from portal.mail import erasing
from portal.members.actions import journal
from portal.members.actions.erase import HASH
from portal.members.models import Member
from portal.members.queries.addresses import parse


def erase(member: Member, now: datetime) -> None:
    """Take a person out of what has to stay (deliveries, consents), and leave the keyed hash that keeps imports from
    bringing them back. What they chose, slots and wishes for another address go with the member's row."""
    erasing.forget(member.id, now)
    _run(update(Consent).filter_by(member_id=member.id).values(member_id=None, given_from="", withdrawn_from=None))
    _run(delete(JoinRequest).where(JoinRequest.id.in_(_asked(member.address_key))))
    _run(delete(Invitation).filter_by(address_key=member.address_key))
    block(links.keyed_hash(HASH, member.address_key), now, member)


def block(address_hash: bytes, now: datetime, member: Member | None = None) -> bool:
    """Let no import bring an address back. A stronger reason that stands already, under an earlier key too, is kept.
    Returns whether the hash is new."""
    if member is not None and db.session.scalar(select(Suppression.id).where(of_address(member.address_key))):
        return False
    new = insert_into(Suppression).values(address_hash=address_hash, reason="erased", since=now)
    return changed(new.on_conflict_do_nothing()) == 1


def lift(address_key: str, now: datetime) -> None:
    """Somebody comes back by themselves, whose word lifts an erasure, and no other suppression (P12). The journal is
    told, so that it does not keep them out. Raises journal.JournalError."""
    erased = delete(Suppression).where(of_address(address_key), Suppression.reason == "erased")
    lifted = erased.returning(Suppression.address_hash).execution_options(synchronize_session=False)
    for address_hash in db.session.scalars(lifted).all():
        journal.write(journal.Line(now, None, address_hash))


def _asked(address_key: str) -> list[int]:
    """Requests to join with this address that no member has yet; they are answered within seconds, so there are few."""
    waiting = select(JoinRequest.id, JoinRequest.address).where(JoinRequest.member_id.is_(None))
    return [id for id, address in db.session.execute(waiting) if parse(address).key == address_key]


def _run(statement: Update | Delete) -> int:
    return changed(statement.execution_options(synchronize_session=False))
