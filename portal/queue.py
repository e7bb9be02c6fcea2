"""The work queue: ids only, over Huey. Rows in the database are the truth, so a lost or doubled task does no
harm; `sweep` tasks find what stands still."""

import logging
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from flask import Flask, current_app
from huey import Huey, PostgresHuey, RedisHuey, SqliteHuey, crontab
from huey.serializer import SignedSerializer
from sqlalchemy import event
from sqlalchemy.orm import Session

from portal import clock
from portal.db import db

log = logging.getLogger(__name__)
Task = Callable[[int, datetime], None]
Sweep = Callable[[datetime], None]


def make_queue(url: str, secret: str) -> Huey:
    """A queue for sqlite, postgresql or redis. Payloads are signed: they are pickles (stack.md §2)."""
    scheme = urlsplit(url).scheme.split("+")[0]
    common = {"results": False, "utc": True, "serializer": SignedSerializer(secret=secret)}
    if scheme == "sqlite":
        path = Path(url.split("///", 1)[1])
        path.parent.mkdir(parents=True, exist_ok=True)
        return SqliteHuey("portal", filename=str(path), fsync=True, **common)
    if scheme == "postgresql":
        return PostgresHuey("portal", dsn=url.replace("+psycopg", ""), **common)
    return RedisHuey("portal", url=url, **common)


def init_app(app: Flask, url: str, tasks: Mapping[str, Task], sweeps: Mapping[str, Sweep]) -> None:
    """Register every task under its name. Huey deletes tasks whose name it does not know, so web and
    worker register the same ones."""
    huey = make_queue(url, app.config["SECRET_KEY"])
    registered = {name: huey.task(name=name)(_in_app(app, task)) for name, task in tasks.items()}
    for name, sweep in sweeps.items():
        huey.periodic_task(crontab(minute="*"), name=name)(_in_app(app, sweep))
    app.extensions |= {"huey": huey, "tasks": registered, "sweeps": dict(sweeps)}


def _in_app(app: Flask, work: Callable[..., None]) -> Callable[..., None]:
    def run(*ids: int) -> None:
        with app.app_context():
            work(*ids, clock.now())

    return run


def enqueue(name: str, id: int) -> None:
    """Ask the worker to run task `name` on row `id`, once this transaction has been committed."""
    if name not in current_app.extensions["tasks"]:
        raise KeyError(f"no task is called {name}: add it to wiring.py")
    db.session.info.setdefault("tasks", []).append((name, id))


@event.listens_for(Session, "after_commit")
def _hand_over(session: Any) -> None:
    waiting: Sequence[tuple[str, int]] = session.info.pop("tasks", ())
    for name, id in waiting:
        try:
            current_app.extensions["tasks"][name](id)
        except Exception:  # the rows are committed and swept each minute: a queue that is down only delays
            log.exception("could not enqueue %s %s; the sweep will find it", name, id)


@event.listens_for(Session, "after_rollback")
def _forget(session: Any) -> None:
    session.info.pop("tasks", None)


def waiting() -> int:
    """How many tasks wait. Raises whatever the store raises when it cannot be reached."""
    count: int = current_app.extensions["huey"].pending_count()
    return count
