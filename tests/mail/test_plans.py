"""The queries of the worker touch the open deliveries only, however many have ended."""

import re
from datetime import datetime

import pytest
from flask import Flask
from sqlalchemy import event, text
from sqlalchemy.engine import Engine

from portal import clock
from portal.db import db
from portal.mail import sending, stopping, waiting
from tests import factories

SLOW = re.compile(r"SCAN delivery(?! USING (COVERING )?INDEX ix_delivery_open)")


@pytest.mark.parametrize("what", ["due", "sort_out", "release", "batch", "cancel"])
def test_a_query_of_the_worker_uses_the_index_of_open_deliveries(app: Flask, now: datetime, what: str) -> None:
    mailing = factories.mailing()
    factories.delivery(member=factories.member(), mailing=mailing)
    db.session.commit()
    statements: list[tuple[str, object]] = []

    def note(_c: object, _cursor: object, statement: str, given: object, *_: object) -> None:
        if "delivery" in statement:
            statements.append((statement, given))

    event.listen(Engine, "before_cursor_execute", note)
    try:
        {
            "due": lambda: waiting.due(now),
            "sort_out": lambda: waiting.sort_out(mailing.id, now),
            "release": lambda: waiting.release(now),
            "batch": lambda: sending._Run(mailing.id, None, clock.now)._batch(0),  # type: ignore[arg-type]
            "cancel": lambda: stopping.cancel([mailing.id], now),
        }[what]()
    finally:
        event.remove(Engine, "before_cursor_execute", note)
    assert statements
    for statement, given in statements:
        with db.engine.connect() as connection:
            plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", given).all()  # type: ignore[arg-type]
        steps = " | ".join(str(row[3]) for row in plan)
        assert "ix_delivery_open" in steps, steps
        assert not SLOW.search(steps), steps
    db.session.execute(text("SELECT 1"))
