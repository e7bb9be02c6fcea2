"""What the worker does with openings: take each on as far as its times say, and ask the boards that some come from."""

from datetime import datetime

import structlog

from portal import content
from portal.config import settings
from portal.db import db
from portal.jobs.actions import syncing, times
from portal.jobs.actions.syncing import Order
from portal.jobs.models import Board, SyncRun
from portal.jobs.sources.fetching import Asker
from portal.jobs.sources.found import Problem
from portal.jobs.sources.visiting import Visited, visit
from portal.queue import Task, enqueue

log = structlog.get_logger(__name__)


def sweep(now: datetime) -> None:
    """Take every opening to the state that its times say. The public pages look different from then on; whom to tell of
    it, `alerts` works out by the same times. And have the boards asked whose hour is over."""
    moved = times.advance(now)
    if moved:
        content.touch()
        log.info("openings moved", **moved)
    for id in syncing.due(now):
        enqueue(syncing.TASK, id)
    db.session.commit()


def look(id: int, now: datetime) -> None:
    """Ask a board, unless somebody else does so now."""
    taken = syncing.claim(id, now)
    db.session.commit()
    if taken:
        ask(taken, now)


def ask(taken: Order, now: datetime) -> SyncRun:
    """Ask a board that is ours (see `claim`) and keep what comes of it. While its server thinks, nothing is held of the
    database. Whatever goes wrong is in the run, and keeps nobody from the next board."""
    visited = fetch(taken)
    try:
        run = _kept(taken, visited, now)
    except Exception:
        log.exception("an answer could not be kept", board=taken.id)
        db.session.rollback()
        run = _kept(taken, Visited("problem", problem=Problem("unexpected")), now)
    log.info("board asked", board=taken.id, problem=run.problem, **run.counts)
    return run


def fetch(order: Order) -> Visited:
    """What a board answers."""
    with Asker(settings().feeds_may_be_local, f"Rapport (+{settings().base_url})") as asker:
        return visit(order.source, order.board, asker, order.known)


def _kept(taken: Order, visited: Visited, now: datetime) -> SyncRun:
    board = db.session.get_one(Board, taken.id)
    run = syncing.settle(board, visited, now)
    syncing.let_go(board)
    db.session.commit()
    return run


TASKS: dict[str, Task] = {syncing.TASK: look}
