"""Boards on both databases: one whole life of an opening, and who may ask."""

from datetime import datetime, timedelta

from flask import Flask
from sqlalchemy import select

from portal.db import db
from portal.jobs.actions import settling, syncing
from portal.jobs.models import Posting
from portal.jobs.queries import boards as seen
from tests.jobs.sources import feeds
from tests.jobs.sources.feeds import changes, job, listing, look, workplace
from tests.jobs.sources.server import Vendor

HOUR = timedelta(hours=1)


def test_a_whole_life(each_app: Flask, vendor: Vendor, now: datetime) -> None:
    config = each_app.extensions["portal"]
    each_app.extensions["portal"] = config.model_copy(update={"feeds_may_be_local": True})
    board = feeds.board(vendor)
    many = [job(id, metadata=workplace("Flexible")) for id in range(10)]
    vendor.says[feeds.PATH] = listing(many)
    assert set(changes(look(board, now)).values()) == {"new"}
    settling.settle(feeds.posting(3), "work_modes", ["remote"], True, None, now)
    db.session.commit()
    vendor.says[feeds.PATH] = listing(many[:9])
    look(board, now + HOUR)
    assert changes(look(board, now + 2 * HOUR))["9"] == "closed"
    assert set(db.session.scalars(select(Posting.work_modes))) == {frozenset({"remote"})}
    vendor.says[feeds.PATH] = listing([])
    assert look(board, now + 3 * HOUR).problem == "empty: 9"
    vendor.says[feeds.PATH] = listing(many)
    assert changes(look(board, now + 4 * HOUR))["9"] == "back"
    at, lines, more = seen.table(board.id)
    assert (at, len(lines), more) == (now + 4 * HOUR, 10, 0)
    assert [one.openings for one in seen.seen(now + 4 * HOUR)] == [10]
    assert list(syncing.due(now + 4 * HOUR)) == []
    assert list(syncing.due(now + 5 * HOUR)) == [board.id]
