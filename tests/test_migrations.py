"""Migrations arrive at what the models say, on both databases, and lead back to nothing."""

import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask
from flask_migrate import check, downgrade, upgrade
from sqlalchemy import inspect, select

from portal import schema
from portal.audience.models import Eligibility, Slot
from portal.config import Config
from portal.db import db
from tests import factories
from tests.conftest import make_config

Make = Callable[[Config], Flask]


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def empty(request: pytest.FixtureRequest, tmp_path: Path, make_app: Make) -> Iterator[Flask]:
    """An app on an empty database of either kind."""
    values = {}
    if request.param == "postgresql":
        values["database_url"] = request.getfixturevalue("postgres_url")
    app = make_app(make_config(tmp_path, **values))
    with app.app_context():
        yield app


def tables() -> set[str]:
    """What stands in the database, but for Alembic's own table."""
    return set(inspect(db.engine).get_table_names()) - {"alembic_version"}


def test_from_empty_they_equal_the_models(empty: Flask) -> None:
    assert schema.state() == "empty"
    upgrade()
    check()  # exits when the models differ
    assert schema.state() == "current"


def test_each_step_leads_down_and_up_again(empty: Flask) -> None:
    upgrade()
    before = tables()
    for step in sorted((Path(__file__).parent.parent / "migrations" / "versions").glob("0*.py"), reverse=True):
        downgrade(revision="-1")
        assert schema.state() in {"behind", "empty"}, step.name
    assert tables() == set()
    upgrade()
    assert tables() == before
    check()


def test_mail_that_went_out_before_there_were_slots_has_one(empty: Flask, now: datetime) -> None:
    """P4 holds over an upgrade too: what counts is in the budget, and nothing else."""
    upgrade()
    member = factories.member(mails_per_month=2)
    sent = [("newsletter", "accepted", 1), ("newsletter", "unknown", 2), ("newsletter", "accepted", 40),
            ("account", "accepted", 1), ("newsletter", "failed", 1)]  # fmt: skip
    for purpose, state, days in sent:
        first_at = now - timedelta(days=days)
        factories.delivery(member=member, mailing=factories.mailing(purpose=purpose), state=state, first_at=first_at)
    db.session.commit()
    downgrade(revision="0019")
    upgrade()
    taken = select(Slot.number, Slot.taken_at).order_by(Slot.number)
    assert list(db.session.execute(taken)) == [(n, now - timedelta(days=2 - n)) for n in (0, 1)]
    assert db.session.scalar(select(Eligibility.spent_at)) == now - timedelta(days=2)
    db.session.rollback()


def test_models_that_differ_are_found(empty: Flask) -> None:
    upgrade()
    with db.engine.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE page ADD COLUMN stray INTEGER")
    with pytest.raises(SystemExit):
        check()


def test_a_database_behind_or_ahead_is_refused_in_words(empty: Flask) -> None:
    with pytest.raises(schema.SchemaError, match=r"has no tables yet: run `portal db upgrade`"):
        schema.require_current()
    upgrade(revision="0003")
    with pytest.raises(schema.SchemaError, match=r"is behind this version of Rapport: run `portal db upgrade`"):
        schema.require_current()
    with db.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    for refused in (schema.require_current, schema.upgrade):
        with pytest.raises(schema.SchemaError, match="written by a newer version of Rapport"):
            refused()


def test_migrations_stand_alone() -> None:
    """A step of last year must run with next year's models: it imports nothing of ours."""
    for path in (Path(__file__).parent.parent / "migrations" / "versions").glob("*.py"):
        assert "portal" not in path.read_text(), path.name


def test_the_wheel_brings_its_migrations_and_content(tmp_path: Path) -> None:
    root = Path(__file__).resolve().parent.parent
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)]
    subprocess.run(build, cwd=root, check=True, capture_output=True)
    (wheel,) = tmp_path.glob("*.whl")
    target = tmp_path / "installed"
    install = [
        sys.executable,
        "-m",
        "pip",
        "install",
        "-q",
        "--no-deps",
        "--no-index",
        "--target",
        str(target),
        str(wheel),
    ]
    subprocess.run(install, check=True, capture_output=True)
    env = {
        "PYTHONPATH": str(target),
        "PATH": "/usr/bin:/bin",
        "PORTAL_SECRET_KEY": "a-key-for-tests-0123456789-abcdefghijkl",
        "PORTAL_BASE_URL": "http://127.0.0.1:8000",
        "PORTAL_SMTP_URL": "smtp://127.0.0.1:1",
        "PORTAL_MAIL_FROM": "hello@talent.example.org",
        "PORTAL_ORG_NAME": "Fennel & Rowe",
        "PORTAL_POSTAL_ADDRESS": "Lisbon, Rua do Ensaio 1",
    }
    for command in (["db", "upgrade"], ["content", "check"]):
        run = [sys.executable, "-m", "portal", *command]
        done = subprocess.run(run, cwd=tmp_path, env=env, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
    assert (tmp_path / "var" / "portal.db").is_file()
