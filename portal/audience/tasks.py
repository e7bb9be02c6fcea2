"""What the worker does here: write to who asked to join, and to who wants another address."""

from datetime import datetime

from portal.audience.actions import address, invitations, join
from portal.db import db
from portal.queue import enqueue


def answer_join(id: int, now: datetime) -> None:
    """Answer one request to join."""
    join.answer(id, now)
    db.session.commit()


def answer_address(id: int, now: datetime) -> None:
    """Answer one wish for another address."""
    address.answer(id, now)
    db.session.commit()


def sweep(now: datetime) -> None:
    """Ask again for answers that got lost; forget invitations that nobody used."""
    for id in address.unanswered(now):
        enqueue(address.TASK, id)
    for id in join.unanswered(now):
        enqueue(join.TASK, id)
    invitations.forget(now)
    db.session.commit()
