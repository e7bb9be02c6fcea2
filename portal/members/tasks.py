"""What the worker does for accounts: answer who asked for a link, tidy up, ask whether people may be kept."""

from datetime import datetime

import structlog

from portal.db import db, scrub
from portal.members.actions import account, archive, renewals, sign_in
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


def retention(now: datetime) -> None:
    """Once an hour: ask whose time is running out, and erase who had both mails and said nothing."""
    watched = renewals.look(now)
    db.session.commit()  # of two workers that look at once, one goes on
    if watched is None:
        return
    asked, silent = renewals.ask(now), list(renewals.silent(now, watched))
    db.session.commit()
    erased = 0
    for id in silent:
        erased += renewals.end(id, now)
        db.session.commit()
    if erased:
        scrub()
    if asked or silent:
        log.info("retention", asked=asked, erased=erased, came_back=len(silent) - erased)
