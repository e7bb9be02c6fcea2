"""What the worker does here: write to who asked to join, and to who wants another address."""

from datetime import datetime

from portal.audience.actions import address, invitations, join, rhythm, slots, words
from portal.db import db
from portal.queue import enqueue

SLOTS_AT = 17
"""The minute of each hour at which old slots go: to find them takes half a second when there are millions."""

WORDS_AT_ONCE = 40
"""In one sweep so many times some hundred members are made to be found: after an import of a million it takes a
while."""


def answer_join(id: int, now: datetime) -> None:
    """Answer one request to join."""
    join.answer(id, now)
    db.session.commit()


def answer_address(id: int, now: datetime) -> None:
    """Answer one wish for another address."""
    address.answer(id, now)
    db.session.commit()


def sweep(now: datetime) -> None:
    """Ask again for answers that got lost; keep the hours in which mail may come; forget what is over."""
    for id in address.unanswered(now):
        enqueue(address.TASK, id)
    for id in join.unanswered(now):
        enqueue(join.TASK, id)
    invitations.forget(now)
    rhythm.refresh(now)
    if now.minute == SLOTS_AT:
        slots.forget(now)
    db.session.commit()
    for _ in range(WORDS_AT_ONCE):
        done = words.settle()
        db.session.commit()
        if done < words.AT_ONCE:
            break
