"""Joining: somebody asks, the worker writes to the address, and whoever reads its mail confirms (P2, E-21).

What was asked for is tied to the one link that was mailed for it: another request with the same address, by
whomever, changes nothing about what that link confirms.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, func, select, update

from portal.audience import emails
from portal.audience.actions import consent, eligibility, erase, invitations
from portal.audience.models import ASKED, JoinRequest
from portal.audience.queries import suppressions, wording
from portal.config import settings
from portal.db import db, insert_into
from portal.languages import speaking
from portal.members.actions import links
from portal.members.models import AccountLink, Member
from portal.members.queries.addresses import Address, parse
from portal.queue import enqueue

TASK = "audience.answer_join"
LIMITS = ((timedelta(hours=1), 1), (timedelta(days=1), 3))
"""So many mails an address gets because somebody typed it into the form, whoever that was (E-21)."""
MAILED = ("confirm", "already_in")
FORGOTTEN = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Asked:
    """What somebody filled in: `purposes` of ASKED, in the words of version `wording`."""

    address: str
    name: str
    purposes: tuple[str, ...]
    wording: str


def ask(asked: Asked, asked_by: bytes | None, network: str, now: datetime) -> None:
    """Note a request to join. The same work for every address, whatever we know of it (W-05)."""
    request = JoinRequest(
        address=asked.address,
        name=asked.name,
        purposes=" ".join(p for p in ASKED if p in asked.purposes),
        wording=asked.wording,
        way="join",
        network=network,
        asked_by=asked_by,
        asked_at=now,
    )
    db.session.add(request)
    db.session.flush()
    enqueue(TASK, request.id)


def ask_again(link: AccountLink, asked_by: bytes | None, network: str, now: datetime) -> None:
    """The same words once more, by whoever holds a link that has run out, to the address it was sent to."""
    before = of_link(link)
    ask(Asked(before.address, before.name, purposes(before), before.wording), asked_by, network, now)


def of_link(link: AccountLink) -> JoinRequest:
    """What a link to confirm stands for."""
    return db.session.scalars(select(JoinRequest).filter_by(link_id=link.id)).one()


def purposes(request: JoinRequest) -> tuple[str, ...]:
    """What was ticked."""
    return tuple(request.purposes.split())


def answer(id: int, now: datetime) -> None:
    """Write to the address: a link to confirm, or to sign in for who is in already; or nothing, if we must not."""
    request = _claim(id)
    if request is None:
        return
    address = parse(request.address)
    silent = suppressions.reasons(address.key) - {"erased"}
    member = None if silent else _member(address, now)
    if member is None or _often(member, now):
        db.session.delete(request)
    elif member.confirmed_at:
        with speaking(member.language):
            words = emails.already_in()
        links.send(member.id, "already_in", words, request.asked_by, request.network, now)
        db.session.delete(request)
    else:
        with speaking(wording.language(request.wording)):
            words = emails.confirm()
        link = links.send(member.id, "confirm", words, request.asked_by, request.network, now)
        request.member_id, request.link_id = member.id, link.id


def _claim(id: int) -> JoinRequest | None:
    """Take a request that has no answer. The idle UPDATE holds its row, on SQLite the whole file, to the end of
    the transaction: a doubled task comes second and finds it answered."""
    mine = update(JoinRequest).where(JoinRequest.id == id, JoinRequest.link_id.is_(None)).values(way=JoinRequest.way)
    found = db.session.scalar(mine.returning(JoinRequest.id).execution_options(synchronize_session=False))
    return db.session.get(JoinRequest, found, populate_existing=True) if found else None


def _member(address: Address, now: datetime) -> Member:
    """The member of an address, made if there is none: nameless until its owner confirms. The row is held, so
    that two requests with one address are counted one after the other."""
    new = insert_into(Member).values(
        address=address.written,
        address_key=address.key,
        name="",
        mails_per_month=settings().mails_per_month,
        time_zone=settings().time_zone,
        created_at=now,
    )
    db.session.execute(new.on_conflict_do_nothing())
    return db.session.scalars(select(Member).filter_by(address_key=address.key).with_for_update()).one()


def _often(member: Member, now: datetime) -> bool:
    """Whether the address has got as many of these mails as one may send it."""
    mailed = select(func.count()).select_from(AccountLink)
    mailed = mailed.where(AccountLink.member_id == member.id, AccountLink.purpose.in_(MAILED))
    counts = [(db.session.scalar(mailed.where(AccountLink.created_at > now - within)), most) for within, most in LIMITS]
    return any((count or 0) >= most for count, most in counts)


def confirm(link: AccountLink, network: str, now: datetime) -> None:
    """Whoever reads the address's mail says yes: they are a member, called and agreeing as that request says, and
    written to in the language of the words they agreed to.

    Their own word also lifts an earlier erasure (P12).
    """
    request = of_link(link)
    member = db.session.get_one(Member, link.member_id)
    if member.confirmed_at is None:
        member.confirmed_at, member.language = now, wording.language(request.wording)
    member.name = request.name
    for purpose in purposes(request):
        consent.give(member.id, purpose, request.wording, request.way, network, now)
    erase.lift(member.address_key, now)
    invitations.used(member.address_key)
    eligibility.refresh([member.id])


def unanswered(now: datetime) -> list[int]:
    """Requests that wait for more than a minute: their task was lost. Drops those that waited for a day."""
    waiting = JoinRequest.link_id.is_(None)
    db.session.execute(delete(JoinRequest).where(waiting, JoinRequest.asked_at < now - FORGOTTEN))
    late = select(JoinRequest.id).where(waiting, JoinRequest.asked_at < now - timedelta(minutes=1))
    return list(db.session.scalars(late))
