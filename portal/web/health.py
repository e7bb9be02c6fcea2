"""For machines that watch us: is the process up, can it work, how much waits."""

from flask import Blueprint, Response, current_app, jsonify
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector
from sqlalchemy import bindparam, text

from portal import clock, queue
from portal.db import UtcDateTime, db

alive = Blueprint("alive", __name__)
bp = Blueprint("health", __name__)
UNSETTLED = text(
    "SELECT CASE WHEN state = 'queued' AND held_from IS NOT NULL AND not_before > :now THEN 'held' ELSE state END, "
    "count(*) FROM delivery WHERE state IN ('queued', 'deferred', 'sending', 'unknown') GROUP BY 1"
).bindparams(bindparam("now", type_=UtcDateTime))
"""In the words of the index of deliveries that are not settled: the settled ones are many, and of no interest here.
What is held waits for its member's hours or a pause, which is no sign of trouble."""


@alive.get("/healthz")
def healthz() -> Response:
    """The process answers. Says nothing of what it stands on."""
    return Response("ok\n", mimetype="text/plain")


@bp.get("/readyz")
def readyz() -> tuple[Response, int]:
    """Database and queue can be reached: 200, or 503 and which cannot."""
    checks = {"database": _database, "queue": queue.waiting}
    states = {name: _works(check) for name, check in checks.items()}
    return jsonify(states), 200 if all(s == "ok" for s in states.values()) else 503


def _database() -> None:
    db.session.execute(text("SELECT 1"))


def _works(check: object) -> str:
    try:
        check()  # type: ignore[operator]
    except Exception as error:
        current_app.logger.error("not ready: %s", error)
        return "cannot be reached"
    return "ok"


class _FromDatabase(Collector):
    """Counts read from the database when asked: right with any number of processes."""

    def collect(self):  # type: ignore[no-untyped-def]
        yield GaugeMetricFamily("portal_tasks_waiting", "Tasks in the queue", value=queue.waiting())
        states = GaugeMetricFamily("portal_deliveries", "Deliveries that are not settled, by state", labels=["state"])
        for state, count in db.session.execute(UNSETTLED, {"now": clock.now()}):
            states.add_metric([state], count)
        yield states


@bp.get("/metrics")
def metrics() -> Response:
    """Prometheus' text format."""
    registry = CollectorRegistry()
    registry.register(_FromDatabase())
    return Response(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)
