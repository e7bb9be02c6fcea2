"""`portal jobs sync`: a table, for people or for a script; a dry run changes nothing; one that fails keeps no other back."""

import json
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from flask import Flask
from sqlalchemy import func, select

from portal.cli import portal
from portal.db import db
from portal.jobs import tasks
from portal.jobs.actions import syncing
from portal.jobs.models import Board, Posting, SyncRun
from tests.jobs.sources import feeds
from tests.jobs.sources.feeds import job, listing, workplace
from tests.jobs.sources.server import Reply, Vendor

Run = Callable[..., Result]


@pytest.fixture
def run(app: Flask, tmp_path: Path, folder: Path) -> Run:
    """Call `portal jobs sync` with some words, at the database of this test."""
    file = tmp_path / "jobs.env"
    config = app.extensions["portal"]
    said = {
        "BASE_URL": config.base_url, "SECRET_KEY": config.keys[-1], "SMTP_URL": "smtp://127.0.0.1:1",
        "MAIL_FROM": config.mail_from, "ORG_NAME": "Fennel", "POSTAL_ADDRESS": config.postal_address,
        "VAR_DIR": config.var_dir, "CONTENT_DIR": folder, "FEEDS_MAY_BE_LOCAL": "true",
    }  # fmt: skip
    file.write_text("".join(f"PORTAL_{name}='{value}'\n" for name, value in said.items()))

    def sync(*words: str) -> Result:
        db.session.commit()
        done = CliRunner().invoke(portal, ["--env-file", str(file), "jobs", "sync", *words])
        db.session.expire_all()
        return done

    return sync


def count(model: type[Posting] | type[SyncRun]) -> int:
    """How many there are."""
    return db.session.scalar(select(func.count()).select_from(model)) or 0


def test_a_table_of_all_boards_and_a_line_for_what_is_to_be_said(vendor: Vendor, run: Run) -> None:
    feeds.board(vendor)
    vendor.says[feeds.PATH] = listing([job(1, "Data engineer"), job(2, "Surveyor", metadata=workplace("Flexible"))])
    done = run()
    assert done.exit_code == 0, done.output
    lines = done.stdout.splitlines()
    assert lines[0].split() == ["new", "changed", "same", "unclear", "missing", "closed"]
    assert lines[1].split() == ["Fennel", "&", "Rowe", "2", "0", "0", "2", "0", "0"]
    assert "new               Surveyor  unclear: work mode, place, team, level, interests" in done.stdout
    assert count(Posting) == 2


def test_a_dry_run_changes_nothing(vendor: Vendor, run: Run) -> None:
    board = feeds.board(vendor)
    vendor.says[feeds.PATH] = listing([job(1)])
    done = run("--dry-run")
    assert done.exit_code == 0, done.output
    assert "Nothing was changed: this was a dry run." in done.stdout
    assert "new               Opening 1" in done.stdout
    assert (count(Posting), count(SyncRun), board.good_at, board.busy_until) == (0, 0, None, None)


def test_one_that_fails_keeps_no_other_back_and_is_named(vendor: Vendor, run: Run) -> None:
    feeds.board(vendor, name="elsewhere", title="Elsewhere", url="http://10.0.0.1/jobs")
    feeds.board(vendor, name="away", title="Away", url=f"{vendor.url}/away")
    feeds.board(vendor)
    vendor.says["/away"] = Reply(status=302, headers={"Location": "http://127.0.0.1/"})
    vendor.says[feeds.PATH] = listing([job(1)])
    done = run()
    assert done.exit_code == 1
    assert "2 of 3 boards could not be read as they should." in done.stderr
    assert "The board sends us elsewhere (http://127.0.0.1/), and we did not follow." in done.stdout
    assert "(10.0.0.1) lies inside a private network" in done.stdout
    assert count(Posting) == 1


def test_for_a_script(vendor: Vendor, run: Run) -> None:
    feeds.board(vendor)
    vendor.says[feeds.PATH] = listing([job(1, "Data engineer"), job(1)])
    said = json.loads(run("--json").stdout)
    assert [one["name"] for one in said] == ["fennel"]
    assert (said[0]["problem"], said[0]["counts"]["new"], said[0]["waiting"]) == ("", 1, 0)
    assert said[0]["rows"][0]["slug"] == "data-engineer"
    assert said[0]["rows"][1]["why"] == "Its id stands twice in the list. The first one counts."


def test_only_one_of_them(vendor: Vendor, run: Run) -> None:
    feeds.board(vendor)
    feeds.board(vendor, name="rowe")
    vendor.says[feeds.PATH] = listing([job(1)])
    assert len(json.loads(run("--json", "--board", "rowe").stdout)) == 1
    done = run("--board", "row")
    assert (done.exit_code, done.stderr) == (1, "Error: There is no board row: choose one of fennel, rowe.\n")


def test_without_boards_it_says_what_to_do(run: Run) -> None:
    assert run().stderr == "Error: There is no board yet: name one in boards.yml, and run `portal content sync`.\n"


def test_what_somebody_else_asks_now_is_left_to_them(vendor: Vendor, run: Run, now: datetime) -> None:
    feeds.board(vendor, busy_until=now + timedelta(minutes=9))
    done = run()
    assert (done.exit_code, vendor.asked) == (1, [])
    assert "Somebody asks this board right now: try again in some minutes." in done.stdout


def test_the_worker_asks_each_board_once_an_hour(
    local: None, app: Flask, vendor: Vendor, now: datetime, run_tasks: Callable[[], int]
) -> None:
    board = feeds.board(vendor)
    feeds.board(vendor, name="gone", removed_at=now)
    vendor.says[feeds.PATH] = listing([job(1)])
    db.session.commit()
    tasks.sweep(now)
    assert (run_tasks(), len(vendor.asked)) == (1, 1)
    tasks.sweep(now)
    tasks.sweep(now + timedelta(minutes=58))
    assert run_tasks() == 0
    tasks.sweep(now + timedelta(minutes=62))
    assert run_tasks() == 1
    assert board.busy_until is None


def test_a_board_has_one_asker_at_a_time_and_a_dead_one_is_followed(app: Flask, vendor: Vendor, now: datetime) -> None:
    board = feeds.board(vendor)
    db.session.commit()
    assert syncing.claim(board.id, now)
    assert syncing.claim(board.id, now) is None
    assert list(syncing.due(now)) == []
    later = now + timedelta(minutes=21)
    assert list(syncing.due(later)) == [board.id]
    assert syncing.claim(board.id, later)
    assert isinstance(db.session.get(Board, board.id), Board)
