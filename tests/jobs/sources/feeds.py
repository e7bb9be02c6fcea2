"""Lists of jobs as Greenhouse has them, made as a test needs them, and looking at a board at a time."""

import json
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from portal.db import db
from portal.jobs import tasks
from portal.jobs.actions import syncing
from portal.jobs.models import Board, Posting, SyncRun
from tests import factories
from tests.jobs.sources.server import Reply, Vendor

PATH = "/v1/boards/fennel/jobs"


def job(id: int, title: str = "", **more: Any) -> dict[str, Any]:
    """One job; its work mode is hybrid, in Lisbon, unless said otherwise."""
    given = {
        "id": id, "internal_job_id": id + 1, "title": title or f"Opening {id}", "location": {"name": "Lisbon, Portugal"},
        "absolute_url": f"https://boards.example.org/fennel/jobs/{id}", "content": "&lt;p&gt;Calibrate.&lt;/p&gt;",
        "departments": [{"name": "Field data"}], "metadata": [{"name": "Workplace", "value": "Hybrid"}],
        "pay_input_ranges": [
            {"min_cents": 4_000_000, "max_cents": 5_000_000, "currency_type": "EUR", "title": "Annual salary"}
        ],
    }  # fmt: skip
    return {**given, **more}


def workplace(value: object) -> list[dict[str, Any]]:
    """What the employer's own field says."""
    return [{"name": "Workplace", "value": value}]


def listing(jobs: Iterable[dict[str, Any]]) -> Reply:
    """An answer with these."""
    jobs = list(jobs)
    return Reply(json.dumps({"jobs": jobs, "meta": {"total": len(jobs)}}).encode())


def board(vendor: Vendor, **more: Any) -> Board:
    """A board of that vendor's."""
    given = {"url": f"{vendor.url}{PATH}", "mode_field": "Workplace"}
    return factories.board(**{**given, **more})


def look(at: Board, now: datetime) -> SyncRun:
    """Look at a board, as the worker does."""
    taken = syncing.claim(at.id, now)
    db.session.commit()
    assert taken
    run = tasks.ask(taken, now)
    db.session.expire_all()
    return run


def changes(run: SyncRun) -> dict[str, str]:
    """What the table says, by id."""
    return {row["id"]: row["change"] for row in run.rows}


def posting(id: int) -> Posting:
    """An opening by its id at its source."""
    return db.session.query(Posting).filter_by(external_id=str(id)).one()
