"""What the worker does for accounts: answer who asked for a link, and tidy up."""

from datetime import datetime

import structlog

from portal.db import db, scrub
from portal.members.actions import account, archive, sign_in
from portal.members.queries.archive import unmade
from portal.queue import enqueue
from portal.web import throttle

log = structlog.get_logger(__name__)


def answer_sign_in(id: int, now: datetime) -> None:
    """Answer one request to sign in."""
    sign_in.answer(id, now)
    db.session.commit()


def make_archive(id: int, now: datetime) -> None:
    """Make the download that one member asked for."""
    archive.make(id, now)
    db.session.commit()


def sweep(now: datetime) -> None:
    """Ask again for answers that got lost; delete what is over."""
    for id in sign_in.unanswered(now):
        enqueue(sign_in.TASK, id)
    for id in unmade(now):
        enqueue(archive.TASK, id)
    claims, links, sessions = (
        account.forget_claims(now),
        account.forget_links(now),
        account.forget_sessions(now),
    )
    archive.forget(now)
    throttle.forget(now)
    db.session.commit()
    scrub()
    if claims or links or sessions:
        log.info("tidied", unconfirmed=claims, links=links, sessions=sessions)
