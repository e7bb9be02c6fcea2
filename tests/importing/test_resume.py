"""Stopped at any moment, by whatever: each row is done once."""

import signal
import subprocess
import sys
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select, update

from portal.audience.actions.importing import bring as bringing
from portal.audience.actions.importing import runs, store
from portal.audience.actions.importing.columns import match
from portal.audience.actions.importing.people import Reader, choices
from portal.audience.actions.importing.proof import Rules
from portal.audience.actions.importing.source import look
from portal.audience.models import Consent, Eligibility, ImportRun, Invitation
from portal.db import db
from portal.members.models import Change, Member
from tests.content.running import Run
from tests.running import environment, until

HEAD = "mail,name,consent_time,consent_way\n"


def people(path: Path, number: int) -> Path:
    """A file in which every third person proves nothing, and the first comes again at the end."""
    rows = (
        f"p{n}@example.org,P{n},{'' if n % 3 else '2026-03-01'},web form\n" for n in [*range(number), 0]
    )  # fmt: skip
    path.write_text(HEAD + "".join(rows))
    return path


def count(table: type) -> int:
    return db.session.scalar(select(func.count()).select_from(table)) or 0


def test_kill_9_in_the_middle_and_go_on(app: Flask, run: Run, settings_file: Path, tmp_path: Path) -> None:
    file = people(tmp_path / "people.csv", 3_000)
    command = [sys.executable, "-m", "portal", "--env-file", str(settings_file), "members", "import", str(file)]
    process = subprocess.Popen(command, env=environment(), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def some() -> bool:
        db.session.rollback()
        assert process.poll() is None, "it was too quick for this test"
        return (db.session.scalar(select(ImportRun.done)) or 0) >= 500

    until(some, "a piece")
    process.send_signal(signal.SIGKILL)
    process.wait(10)
    db.session.rollback()
    done = db.session.scalars(select(ImportRun.done)).one()
    assert 0 < done < 3_000
    assert count(Member) + count(Invitation) == done

    said = run("members", "import", str(file))
    assert said.exit_code == 1
    assert f"This file is being brought in by another process, which has done {done} rows." in said.stderr
    db.session.execute(update(ImportRun).values(held_until=ImportRun.started_at))  # as if a minute had gone by
    said = run("members", "import", str(file))
    assert said.exit_code == 0, said.stderr
    assert f"Going on after {done} rows that are done." in said.stderr
    assert "3001 rows:" in said.stdout
    assert (count(Member), count(Invitation)) == (1000, 2000)
    assert count(Consent) == count(Change) == count(Eligibility) == 1000
    found = db.session.scalars(select(ImportRun)).one()
    assert (found.counts["member"], found.counts["invited"], found.counts["again"]) == (1000, 2000, 1)
    assert found.done == 3_001
    assert found.finished_at


def test_ctrl_c_says_how_to_go_on(app: Flask, run: Run, settings_file: Path, tmp_path: Path) -> None:
    file = people(tmp_path / "people.csv", 6_000)
    command = [sys.executable, "-m", "portal", "--env-file", str(settings_file), "members", "import", str(file)]
    process = subprocess.Popen(command, env=environment(), stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)

    def begun() -> bool:
        db.session.rollback()
        return bool(db.session.scalar(select(ImportRun.done)))

    until(begun, "a piece")
    process.send_signal(signal.SIGINT)
    _out, said = process.communicate(timeout=30)
    assert process.returncode == 1
    assert said.strip().splitlines()[-1] == (
        "Error: Stopped. What is done stays: start the same command again to go on."
    )
    assert run("members", "import", str(file)).exit_code == 0  # at once
    assert count(Member) == 2000


@pytest.fixture
def reader(app: Flask, now: datetime, tmp_path: Path) -> tuple[bringing.Source, Reader]:
    """A file of 1200 people, and what reads it."""
    source = look(people(tmp_path / "people.csv", 1200))
    columns = match(source.header, [])
    return source, Reader(columns, len(source.header), choices(), Rules("", ("newsletter",)), now)


def test_of_two_at_once_the_second_is_told(app: Flask, now: datetime) -> None:
    first = runs.begin(b"x" * 32, now)
    with pytest.raises(runs.Busy) as said:
        runs.begin(b"x" * 32, now + runs.HELD - timedelta(seconds=1))
    assert said.value.until == now + runs.HELD
    second = runs.begin(b"x" * 32, now + runs.HELD)
    with pytest.raises(runs.Busy):  # the first was only asleep: it may write nothing any more
        runs.advance(first, {"done": 1}, now + runs.HELD)
    runs.advance(second, {"done": 2}, now + runs.HELD)
    assert runs.begin(b"y" * 32, now).done == 0


def test_a_piece_is_all_or_nothing(app: Flask, now: datetime, reader: tuple[bringing.Source, Reader]) -> None:
    held = runs.begin(b"x" * 32, now)
    db.session.commit()
    pieces = bringing.pieces(*reader, held.done)
    total = bringing.take(next(pieces), held, held.counts, now)
    db.session.rollback()
    assert count(Member) == 0
    assert db.session.scalars(select(ImportRun.done)).one() == 0
    assert total["member"] + total["invited"] == store.CHUNK
