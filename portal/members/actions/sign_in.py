"""Asking for a link to sign in. The request only notes that somebody asked; the worker looks whom it concerns."""

from datetime import datetime, timedelta

from sqlalchemy import delete, select

from portal.db import db
from portal.members.actions.links import request_link
from portal.members.models import AccountLink, SignInRequest
from portal.members.queries import by_id, by_key
from portal.queue import enqueue

TASK = "members.answer_sign_in"
FORGOTTEN = timedelta(hours=1)
"""A request that no worker answered for so long is dropped: whoever asked has long asked again."""


def ask(address_key: str, asked_by: bytes | None, network: str, leads_to: str | None, now: datetime) -> None:
    """Note that somebody typed an address. The same work for every address, known or not (W-05)."""
    request = SignInRequest(
        address_key=address_key, asked_by=asked_by, network=network, leads_to=leads_to, asked_at=now
    )
    db.session.add(request)
    db.session.flush()
    enqueue(TASK, request.id)


def ask_again(link: AccountLink, asked_by: bytes | None, network: str, now: datetime) -> None:
    """The same for whoever holds a link that has run out: to the address that the link was sent to."""
    member = by_id(link.member_id)
    if member:
        ask(member.address_key, asked_by, network, link.leads_to, now)


def answer(id: int, now: datetime) -> None:
    """Send the link if it is a member's address. Taking the row out is what makes a doubled task harmless."""
    taken = delete(SignInRequest).filter_by(id=id).returning(SignInRequest)
    request = db.session.scalar(taken, execution_options={"synchronize_session": False})
    member = by_key(request.address_key) if request else None
    if request and member and member.confirmed_at:
        request_link(member, "sign_in", request.asked_by, request.network, now, request.leads_to)


def unanswered(now: datetime) -> list[int]:
    """Requests that wait for more than a minute: their task was lost. Drops those that waited too long."""
    db.session.execute(delete(SignInRequest).where(SignInRequest.asked_at < now - FORGOTTEN))
    late = select(SignInRequest.id).where(SignInRequest.asked_at < now - timedelta(minutes=1))
    return list(db.session.scalars(late))
