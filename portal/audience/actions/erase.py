"""Forgetting a person: what they were sent, what they agreed to, what was asked for in their name."""

from datetime import datetime

from sqlalchemy import ColumnElement, Delete, Update, delete, exists, literal, select, update

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
    if asked := _asked(member.address_key):
        _run(delete(JoinRequest).where(JoinRequest.id.in_(asked)))
    _run(delete(Invitation).filter_by(address_key=member.address_key))
    known = exists().where(of_address(member.address_key))  # under an earlier key too
    block(links.keyed_hash(HASH, member.address_key), now, ~known)


def block(address_hash: bytes, now: datetime, *where: ColumnElement[bool]) -> bool:
    """Let no import bring an address back, if `where` holds. A reason that stands already is kept. Returns whether the
    hash is new."""
    columns = ["address_hash", "reason", "since"]
    row = select(literal(address_hash), literal("erased"), literal(now, Suppression.since.type)).where(*where)
    return changed(insert_into(Suppression).from_select(columns, row).on_conflict_do_nothing()) == 1


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
