"""What the worker does here: write to who asked to join."""

from datetime import datetime

from portal.audience.actions import join
from portal.db import db
from portal.queue import enqueue


def answer_join(id: int, now: datetime) -> None:
    """Answer one request to join."""
    join.answer(id, now)
    db.session.commit()


def sweep(now: datetime) -> None:
    """Ask again for answers that got lost."""
    for id in join.unanswered(now):
        enqueue(join.TASK, id)
    db.session.commit()
