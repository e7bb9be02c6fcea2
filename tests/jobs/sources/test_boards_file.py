"""`content/boards.yml`: every mistake has its line and its mend (P13); the rows say what the file says."""

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask

from portal.db import db
from portal.demo.files import boards as demo_boards
from portal.jobs.files import boards
from portal.jobs.models import Board
from tests import factories
from tests.conftest import make_config
from tests.jobs.sources import feeds
from tests.jobs.sources.feeds import job, listing, look
from tests.jobs.sources.server import Vendor

GOOD = """\
boards:
  - {source: greenhouse, name: fennel, title: Fennel & Rowe, early_access: 72h, mode_field: Workplace}
  - {source: lever, name: fennel, title: Fennel in Leeds, pay_unsaid: We agree on it together.}
  - {source: json_ld, name: careers, title: Careers, url: "https://careers.example.org/jobs"}
"""


def write(folder: Path, text: str) -> None:
    """Put a file there."""
    (folder / "boards.yml").write_text(text)


def names() -> list[str]:
    """The boards that are asked."""
    rows = db.session.query(Board).filter(Board.removed_at.is_(None)).order_by(Board.id)
    return [f"{row.source}:{row.name}" for row in rows]


def test_a_right_file_becomes_rows(app: Flask, folder: Path, now: datetime) -> None:
    write(folder, GOOD)
    assert boards.check(folder) == []
    assert [done.change for done in boards.sync(folder, now)] == ["new", "new", "new"]
    assert names() == ["greenhouse:fennel", "lever:fennel", "json_ld:careers"]
    first = db.session.query(Board).order_by(Board.id).first()
    assert first
    assert (first.title, first.early_hours, first.pay_unsaid, first.mode_field) == (
        "Fennel & Rowe",
        72,
        "",
        "Workplace",
    )
    assert [done.change for done in boards.sync(folder, now)] == ["same", "same", "same"]


def test_there_need_not_be_one(app: Flask, folder: Path, now: datetime) -> None:
    assert boards.check(folder) == boards.sync(folder, now) == []


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("{source: greenhose, name: a, title: A}", "2: `boards.0.source` says “greenhose”: did you mean greenhouse?"),
        ("{source: taleo, name: a, title: A}", "it is one of ashby, greenhouse, json_ld, lever, teamtailor"),
        ("{source: lever, title: A}", "`boards.0.name` is missing: add it"),
        ("{source: lever, name: a, title: A, early: 3h}", "`boards.0.early` is not a known key: remove it"),
        ("{source: lever, name: a, title: A, early_access: soon}", "must be hours or days, such as 72h or 3d"),
        ("{source: json_ld, name: a, title: A}", "`boards.0.url` is missing: add the address of the career page"),
        ("{source: lever, name: a, title: A, url: jobs.example.org}", "must be a web address such as https://"),
        ("{source: lever, name: a, title: A, url: 'https://me@jobs.example.org'}", "must be a web address"),
        ("{source: lever, name: a, title: A}\n  - {source: lever, name: a, title: B}",
         "3: the board a of lever stands twice: take one out"),
    ],
)  # fmt: skip
def test_a_mistake_has_its_line_and_its_mend(app: Flask, folder: Path, line: str, said: str) -> None:
    write(folder, f"boards:\n  - {line}\n")
    assert any(said in str(problem) for problem in boards.check(folder)), list(map(str, boards.check(folder)))


def test_a_change_has_everything_read_anew(app: Flask, folder: Path, now: datetime) -> None:
    write(folder, GOOD)
    boards.sync(folder, now)
    row = db.session.query(Board).order_by(Board.id).first()
    assert row
    row.etag = '"a"'
    write(folder, GOOD.replace("72h", "3d"))
    assert [done.change for done in boards.sync(folder, now)] == ["same", "same", "same"]
    assert row.etag == '"a"'
    write(folder, GOOD.replace("72h", "24h"))
    assert [done.change for done in boards.sync(folder, now)] == ["changed", "same", "same"]
    assert (row.etag, row.early_hours) == (None, 24)


def test_a_board_that_leaves_the_file_is_asked_no_more_and_a_person_may_close_its_openings(
    app: Flask, folder: Path, vendor: Vendor, local: None, now: datetime
) -> None:
    at = feeds.board(vendor)
    vendor.says[feeds.PATH] = listing([job(1), job(2)])
    look(at, now)
    assert [done.change for done in boards.sync(folder, now)] == ["removed"]
    assert (at.removed_at, at.waiting) == (now, ["1", "2"])
    assert boards.sync(folder, now) == []
    write(folder, f"boards:\n  - {{source: greenhouse, name: fennel, title: F, url: '{vendor.url}{feeds.PATH}'}}\n")
    boards.sync(folder, now)
    look(at, now + timedelta(hours=1))
    assert (at.removed_at, at.waiting, at.asked_at) == (None, [], None)


def test_only_the_demo_has_a_board_of_its_own(
    app: Flask, folder: Path, now: datetime, make_app: Callable[..., Flask]
) -> None:
    factories.board(source="ashby", name="old")
    demo_boards.sync(folder, now)
    assert names() == []
    db.session.commit()
    demo = make_app(make_config(app.extensions["portal"].var_dir, content_dir=folder, demo=True))
    with demo.app_context():
        assert [done.change for done in demo_boards.sync(folder, now)] == ["new"]
        db.session.commit()
        board = db.session.query(Board).filter_by(removed_at=None).one()
        assert board.url == "http://127.0.0.1:8000/dev/board/v1/boards/fennel/jobs"
        answer = demo.test_client().get("/dev/board/v1/boards/fennel/jobs?content=true")
        jobs = answer.json["jobs"]
        assert len([one for one in jobs if one["internal_job_id"]]) == 40
        assert answer.json["meta"]["total"] == 41
        again = demo.test_client().get(
            "/dev/board/v1/boards/fennel/jobs", headers={"If-None-Match": answer.headers["ETag"]}
        )
        assert again.status_code == 304
