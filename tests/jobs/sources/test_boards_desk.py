"""The boards at the desk: what came of each visit in plain words, and what only a person may close."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from flask import Flask

from portal.db import db
from portal.jobs.models import Board, Posting, SyncRun
from portal.jobs.queries import problems
from portal.staff.models import AuditEntry
from tests import factories
from tests.jobs.sources import feeds
from tests.jobs.sources.feeds import job, listing, look
from tests.jobs.sources.server import Reply, Vendor
from tests.pages import PageClient

HOUR = timedelta(hours=1)
Desk = Callable[..., PageClient]


@pytest.fixture
def board(local: None, vendor: Vendor, now: datetime) -> Board:
    """A board on which five of six openings are gone, so that a person is asked."""
    at = feeds.board(vendor)
    vendor.says[feeds.PATH] = listing(map(job, range(6)))
    look(at, now)
    vendor.says[feeds.PATH] = listing([job(0, metadata=None)])
    look(at, now + HOUR)
    look(at, now + 2 * HOUR)
    return at


def closed(board: Board) -> int:
    """How many of its openings are closed."""
    db.session.expire_all()
    return sum(row.closed_at is not None for row in db.session.query(Posting).filter_by(board_id=board.id))


def test_the_list_says_what_waits_and_what_went_wrong(
    board: Board, vendor: Vendor, at_desk: Desk, now: datetime
) -> None:
    other = feeds.board(vendor, name="rowe", title="Rowe", url=f"{vendor.url}/none")
    gone = factories.board(name="old", title="Old board", removed_at=now)
    never = factories.board(name="next", title="Next board")
    look(other, now)
    page = at_desk().get("/desk/boards").text
    assert "5 wait for your word" in page
    assert "There is no such board where we ask for it. Is its name in boards.yml right?" in page
    assert never.title in page
    assert "Not asked yet" in page
    assert gone.title not in page  # nothing of it stands here


def test_the_table_says_what_became_of_each_and_what_is_unclear(board: Board, at_desk: Desk) -> None:
    page = at_desk().get(f"/desk/boards/{board.id}").text
    assert page.count("Gone: waits for your word") == 5
    assert "5 openings wait for your word" in page
    assert "Work mode, Where, Team, Level, What it is about" in page


def test_closing_what_waits_is_confirmed_closes_it_and_mails_nobody(board: Board, at_desk: Desk) -> None:
    client = at_desk()
    page = client.get(f"/desk/boards/{board.id}/close").text
    assert "Close these 5" in page
    assert closed(board) == 0
    mark = page.split('name="mark" value="')[1].split('"')[0]
    assert client.post(f"/desk/boards/{board.id}/close", data={"mark": mark}).status_code == 303
    assert closed(board) == 5
    assert "5 openings are closed. Nobody was mailed." in client.get(f"/desk/boards/{board.id}").text
    assert (board.waiting, board.asked_at) == ([], None)
    entry = db.session.query(AuditEntry).filter_by(action="board.close").one()
    assert (entry.object_id, entry.detail["count"]) == ("fennel", 5)


def test_what_comes_back_after_a_person_closed_it_is_opened_again(
    board: Board, vendor: Vendor, at_desk: Desk, now: datetime
) -> None:
    client = at_desk()
    mark = client.get(f"/desk/boards/{board.id}/close").text.split('name="mark" value="')[1].split('"')[0]
    client.post(f"/desk/boards/{board.id}/close", data={"mark": mark})
    vendor.says[feeds.PATH] = listing(map(job, range(6)))
    look(board, now + 3 * HOUR)
    assert closed(board) == 0


@pytest.mark.parametrize("mark", ["", "0" * 32])
def test_who_agrees_to_something_else_closes_nothing(board: Board, at_desk: Desk, mark: str) -> None:
    answer = at_desk().post(f"/desk/boards/{board.id}/close", data={"mark": mark})
    assert (answer.status_code, closed(board)) == (303, 0)


def test_a_board_that_moved_meanwhile_closes_nothing(
    board: Board, vendor: Vendor, at_desk: Desk, now: datetime
) -> None:
    client = at_desk()
    mark = client.get(f"/desk/boards/{board.id}/close").text.split('name="mark" value="')[1].split('"')[0]
    vendor.says[feeds.PATH] = listing(map(job, range(2)))
    look(board, now + 3 * HOUR)
    answer = client.post(f"/desk/boards/{board.id}/close", data={"mark": mark}, follow_redirects=True)
    assert "Nothing was closed: look once more." in answer.text
    assert closed(board) == 0


def test_asking_now_leaves_it_to_the_worker(
    board: Board, vendor: Vendor, at_desk: Desk, run_tasks: Callable[[], int]
) -> None:
    asked = len(vendor.asked)
    assert at_desk().post(f"/desk/boards/{board.id}/ask").status_code == 303
    assert len(vendor.asked) == asked
    assert run_tasks() == 1
    assert len(vendor.asked) == asked + 1


def test_a_board_that_is_not_listed_any_more_is_not_asked(board: Board, at_desk: Desk, now: datetime) -> None:
    board.removed_at = now
    db.session.commit()
    assert at_desk().post(f"/desk/boards/{board.id}/ask").status_code == 409


def test_every_problem_and_change_has_its_words(app: Flask, local: None, at_desk: Desk, now: datetime) -> None:
    for key in problems.WORDS:
        assert "%(" not in problems.in_words(f"{key}: 20")
        assert problems.in_words(key)
    board = factories.board()
    lines = [{"id": str(n), "title": f"T{n}", "slug": None, "change": change, "unclear": []}
             for n, change in enumerate(("new", "changed", "same", "back", "missing", "waiting", "closed"))]  # fmt: skip
    lines += [{"id": None, "title": "", "slug": None, "change": "left_out", "why": why, "unclear": []}
              for why in problems.LEFT_OUT]  # fmt: skip
    db.session.add(SyncRun(board_id=board.id, at=now, counts={"listed": 9}, rows=lines))
    db.session.commit()
    page = at_desk().get(f"/desk/boards/{board.id}").text
    assert "Without a title" in page
    assert "It has no id, so it cannot be told from others." in page


def test_hostile_words_of_a_feed_are_only_words(local: None, vendor: Vendor, at_desk: Desk, now: datetime) -> None:
    board = feeds.board(vendor)
    vendor.says[feeds.PATH] = listing([job(1, "<script>alert(1)</script>", departments=[{"name": '"><img src=x>'}])])
    look(board, now)
    vendor.says[feeds.PATH] = Reply(status=302, headers={"Location": 'http://127.0.0.1/"><script>alert(1)</script>'})
    look(board, now + HOUR)
    for path in ("/desk/boards", f"/desk/boards/{board.id}"):
        assert "<script>alert" not in at_desk().get(path).text
