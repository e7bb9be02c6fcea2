"""What the worker does for accounts: answer who asked for a link, and tidy up."""

from datetime import datetime

import structlog

from portal.db import db
from portal.members.actions import account, sign_in
from portal.queue import enqueue
from portal.web import throttle

log = structlog.get_logger(__name__)


def answer_sign_in(id: int, now: datetime) -> None:
    """Answer one request to sign in."""
    sign_in.answer(id, now)
    db.session.commit()


def sweep(now: datetime) -> None:
    """Ask again for answers that got lost; delete what is over."""
    for id in sign_in.unanswered(now):
        enqueue(sign_in.TASK, id)
    claims, links, sessions = (
        account.forget_claims(now),
        account.forget_links(now),
        account.forget_sessions(now),
    )
    throttle.forget(now)
    db.session.commit()
    if claims or links or sessions:
        log.info("tidied", unconfirmed=claims, links=links, sessions=sessions)
