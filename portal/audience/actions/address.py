"""Changing one's address: a link to the new one, a notice to the old one with a link that undoes it for a week."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, delete, func, select, update
from sqlalchemy.exc import IntegrityError

from portal import sessions
from portal.audience import emails
from portal.audience.actions import eligibility
from portal.audience.models import AddressChange, Suppression
from portal.audience.queries import suppressions
from portal.audience.queries.address import TO_NEW, TO_OLD, of_link
from portal.db import db
from portal.languages import speaking
from portal.members.actions import changes, links
from portal.members.models import AccountLink, Member
from portal.members.queries import by_id, by_key
from portal.members.queries.addresses import Address, parse
from portal.members.queries.links import LASTING
from portal.queue import enqueue

TASK = "audience.answer_address"
FORGOTTEN = timedelta(days=1)
_LINKLESS = AddressChange.link_id.is_(None) & AddressChange.back_id.is_(None)
_WAITING = _LINKLESS & AddressChange.changed_at.is_(None)
_UNTOLD = AddressChange.changed_at.is_not(None) & AddressChange.told_at.is_(None)


class Taken(Exception):
    """The address has become another member's. Nothing was changed, if the caller rolls back."""


def ask(member_id: int, address: str, asked_by: bytes | None, network: str, now: datetime) -> None:
    """Note that a member wants another address; of several wishes the newest counts. The same work for every address,
    whatever we know of it (W-05)."""
    db.session.execute(delete(AddressChange).where(_WAITING, AddressChange.member_id == member_id))
    links.void((AccountLink.member_id == member_id) & (AccountLink.purpose == TO_NEW), now)
    wish = AddressChange(member_id=member_id, address=address, asked_by=asked_by, network=network, asked_at=now)
    db.session.add(wish)
    db.session.flush()
    enqueue(TASK, wish.id)


def answer(id: int, now: datetime) -> None:
    """Write to the new address; or when it is changed, to the one before. A doubled task does nothing."""
    if wish := _claim(id, _WAITING, network=AddressChange.network):
        _write_to_new(wish, now)
    elif done := _claim(id, _UNTOLD, told_at=now):
        _write_to_old(done, now)


def _claim(id: int, which: ColumnElement[bool], **values: Any) -> AddressChange | None:
    """Take one in this state; the UPDATE holds it to the end of the transaction."""
    mine = update(AddressChange).where(AddressChange.id == id, which).values(**values)
    found = db.session.scalar(mine.returning(AddressChange.id).execution_options(synchronize_session=False))
    return db.session.get(AddressChange, found, populate_existing=True) if found else None


def _write_to_new(wish: AddressChange, now: datetime) -> None:
    """A link to change to it; or that it is a member's already; or nothing, if we must not."""
    member, address = db.session.get_one(Member, wish.member_id), parse(wish.address)
    other = by_key(address.key)
    if suppressions.reasons(address.key) - {"erased"}:
        db.session.delete(wish)
    elif other and other.id != member.id and other.confirmed_at:
        with speaking(other.language):
            words = emails.address_taken()
        links.send(other.id, "already_in", words, wish.asked_by, wish.network, now)
        db.session.delete(wish)
    else:
        with speaking(member.language):
            words = emails.new_address()
        wish.link_id = links.send(member.id, TO_NEW, words, wish.asked_by, wish.network, now).id


def _write_to_old(done: AddressChange, now: datetime) -> None:
    """What became of the account, and the way back; unless nothing arrives there any more."""
    if "bounced" in suppressions.reasons(parse(done.before).key):
        return
    with speaking(db.session.get_one(Member, done.member_id).language):
        words = emails.address_changed(done.address)
    done.back_id = links.send(done.member_id, TO_OLD, words, None, done.network, now).id


def change(link: AccountLink, now: datetime) -> Member | None:
    """Whoever reads the new address's mail has pressed the button: the address is theirs, and everybody who was signed
    in is out. None if there is no such wish. Raises Taken."""
    wish, member = of_link(link), by_id(link.member_id)
    if wish is None or member is None:
        return None
    wish.before, wish.changed_at = member.address, now
    _move(member, parse(wish.address), "you", now)
    enqueue(TASK, wish.id)
    return member


def undo(link: AccountLink, now: datetime) -> Member | None:
    """Somebody who reads the old address's mail says that it was not them: back to it, and everybody is signed out.

    Changes made after it fall with it, and with them the links back to where those led from. None if there is no such
    change. Raises Taken.
    """
    done, member = of_link(link), by_id(link.member_id)
    if done is None or member is None:
        return None
    later = (AddressChange.member_id == member.id) & (AddressChange.id > done.id)
    db.session.execute(delete(AddressChange).where(later, _WAITING))
    db.session.execute(update(AddressChange).where(later, _UNTOLD).values(told_at=now))
    links.void(AccountLink.id.in_(select(AddressChange.back_id).where(later)), now)
    _move(member, parse(done.before), "link", now)
    return member


def _move(member: Member, address: Address, by: str, now: datetime) -> None:
    """Write another address into the account, end its sessions and links, let what we know of the address hold for it.

    Somebody's claim to it that was never confirmed goes.
    """
    claim = (Member.address_key == address.key) & Member.confirmed_at.is_(None) & (Member.id != member.id)
    db.session.execute(delete(Member).where(claim).execution_options(synchronize_session=False))
    before = member.address
    member.address, member.address_key, member.contact_at = address.written, address.key, now
    try:
        db.session.flush()
    except IntegrityError:
        raise Taken from None
    changes.record(member.id, by, {"address": before}, {"address": address.written}, now)
    sessions.end(member.id, now)
    links.void((AccountLink.member_id == member.id) & AccountLink.purpose.not_in(LASTING), now)
    if _suppress(member):
        eligibility.refresh([member.id])


def _suppress(member: Member) -> bool:
    """The suppressions of a member are those of the address they have now; whether there were any before or are now.
    Their own word lifts an erasure (P12)."""
    here = suppressions.of_address(member.address_key)
    rows = db.session.execute(select(Suppression, here).where(here | (Suppression.member_id == member.id))).all()
    for row, is_here in rows:
        if is_here and row.reason == "erased":
            db.session.delete(row)
        row.member_id = member.id if is_here else None
    db.session.flush()
    return bool(rows)


def unanswered(now: datetime) -> list[int]:
    """Those that wait for more than a minute: their task was lost. Drops wishes that waited for a day, and changes
    whose links have long been deleted."""
    old = _LINKLESS & (AddressChange.asked_at < now - FORGOTTEN)
    db.session.execute(delete(AddressChange).where(old, ~_UNTOLD))
    since = func.coalesce(AddressChange.changed_at, AddressChange.asked_at)
    late = select(AddressChange.id).where(_WAITING | _UNTOLD, since < now - timedelta(minutes=1))
    return list(db.session.scalars(late))
