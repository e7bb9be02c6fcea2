"""The command: what stands in the way is one sentence and exit code 1, and nothing is half done."""

import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from flask import Flask
from flask_migrate import downgrade
from sqlalchemy import event, func, select
from sqlalchemy.engine import Engine

from portal.cli import portal as command
from portal.db import db
from portal.mail.models import Delivery, Mailing
from tests import factories
from tests.conftest import KEY
from tests.faults.smtp_server import FakeSmtp

Run = Callable[..., Result]


@pytest.fixture
def run(app: Flask, tmp_path: Path) -> Run:
    """The command, on this test's instance; `smtp_url` may be given."""

    def run(*words: str, smtp_url: str = "smtp://127.0.0.1:1") -> Result:
        db.session.commit()
        settings = tmp_path / "portal.env"
        settings.write_text(
            f"PORTAL_BASE_URL=http://127.0.0.1:8000\nPORTAL_SECRET_KEY={KEY}\nPORTAL_SMTP_URL={smtp_url}\n"
            "PORTAL_MAIL_FROM=hello@talent.example.org\nPORTAL_ORG_NAME='Fennel & Rowe'\n"
            f"PORTAL_POSTAL_ADDRESS='Rua do Ensaio 1, Lisbon'\nPORTAL_VAR_DIR={tmp_path}\n"
        )
        done = CliRunner().invoke(command, ["--env-file", str(settings), *words])
        assert "Traceback" not in done.output
        return done

    return run


@contextmanager
def full_disk() -> Iterator[None]:
    """No database of this process may grow by one page more."""

    def cap(connection: object, _record: object) -> None:
        connection.execute("PRAGMA max_page_count = 1")  # type: ignore[attr-defined]  # SQLite takes the present size

    event.listen(Engine, "connect", cap)
    try:
        yield
    finally:
        event.remove(Engine, "connect", cap)


@pytest.mark.parametrize(
    "words",
    [["serve"], ["worker"], ["campaign", "status"], ["mail", "drain"], ["content", "sync"], ["check"]],
    ids=" ".join,
)
def test_nothing_runs_on_a_database_that_is_behind(app: Flask, run: Run, words: list[str], smtp: object) -> None:
    downgrade(revision="0009")
    done = run(*words)
    assert done.exit_code == 1
    assert "The database is behind this version of Rapport: run `portal db upgrade`" in done.output
    assert run("db", "upgrade").exit_code == 0
    assert "The database is ready." in run("db", "upgrade").output


def test_a_full_disk_schedules_nothing_rather_than_half(app: Flask, run: Run) -> None:
    run("content", "sync")
    for n in range(3000):
        factories.member(name=f"Person {n}")
    db.session.commit()
    with full_disk():
        done = run("campaign", "schedule", "2026-10-measure-twice")
    assert done.exit_code == 1
    assert "The database says: database or disk is full. Nothing was half done." in done.output
    for table in (Mailing, Delivery):
        assert db.session.scalar(select(func.count()).select_from(table)) == 0
    assert run("campaign", "schedule", "2026-10-measure-twice").exit_code == 0
    assert db.session.scalar(select(func.count()).select_from(Delivery)) == 3000


def test_check_names_what_is_wrong(app: Flask, run: Run, smtp: Callable[..., FakeSmtp]) -> None:
    done = run("check")
    assert done.exit_code == 1
    assert "ok     database" in done.output
    assert "WRONG  mail server: The mail server 127.0.0.1:1 cannot be used: Connection refused." in done.output
    with smtp() as server:
        assert run("check", smtp_url=server.url).exit_code == 0


def test_a_port_that_is_taken_is_named(run: Run, tmp_path: Path, smtp: Callable[..., FakeSmtp]) -> None:
    """As a process of its own: waitress leaves the socket that it could not bind to the end of the process."""
    run("db", "upgrade")
    with smtp() as server:
        port = server.url.rpartition(":")[2]
        words = [sys.executable, "-m", "portal", "--env-file", str(tmp_path / "portal.env"), "serve", "--port", port]
        done = subprocess.run(words, capture_output=True, text=True, timeout=60)
    assert done.returncode == 1
    assert f"Cannot listen on 127.0.0.1:{port}" in done.stderr
    assert "choose another --port." in done.stderr
