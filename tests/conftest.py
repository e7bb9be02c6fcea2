"""Fixtures: a migrated database for each test, a client that checks pages, real servers for the rest."""

import os
import shutil
import smtplib
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask
from pydantic import SecretStr
from sqlalchemy import create_engine, event, text
from sqlalchemy.engine import Engine
from werkzeug.routing import Rule

from portal import create_app, schema, sessions
from portal.config import Config
from portal.db import db
from portal.staff.models import House, Recruiter
from tests import factories, servers
from tests.faults.smtp_server import FakeSmtp
from tests.pages import PageClient

KEY = "a-key-for-tests-0123456789-abcdefghijkl"
MARKS = {"browser", "postgres", "redis"}
pytest_plugins = ("tests.running",)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--run-long", action="store_true", help="run the long forms too")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Skip what needs a program that is not here, with the reason; in CI that is an error (design.md §8)."""
    reasons = {mark: servers.missing(mark) for mark in MARKS}
    for item in items:
        for mark in MARKS:
            if not item.get_closest_marker(mark):
                continue
            if reasons[mark] and os.environ.get("CI"):
                raise pytest.UsageError(f"CI must run every test, but {reasons[mark]}")
            if reasons[mark]:
                item.add_marker(pytest.mark.skip(reason=reasons[mark]))
    if not config.getoption("--run-long"):  # deselected, not skipped: CI runs the short form of each
        chosen = [i for i in items if not i.get_closest_marker("long")]
        config.hook.pytest_deselected(items=[i for i in items if i.get_closest_marker("long")])
        items[:] = chosen


def _write_routes_once() -> None:
    """Most tests start an app, and nine tenths of that is to write the code that builds each of its addresses: the same
    code for every app, so it is kept."""
    written: dict[Any, Any] = {}
    write = Rule._compile_builder

    def once(rule: Rule, append_unknown: bool = True) -> Any:
        key = (append_unknown, rule.rule, tuple(rule._trace), repr(rule.defaults))
        if key not in written:
            written[key] = write(rule, append_unknown)
        return written[key]

    Rule._compile_builder = once  # type: ignore[method-assign]


_write_routes_once()


@event.listens_for(Engine, "connect")
def _hurry(connection: object, _record: object) -> None:
    """A test's database need not survive a power cut, and each of its thousands of commits would wait for the disk."""
    if isinstance(connection, sqlite3.Connection):
        connection.execute("PRAGMA synchronous = OFF")


@pytest.fixture(autouse=True)
def _no_mail(monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> None:
    """A connection to a mail server that no test asked for is a failure, not a mail."""
    connect = smtplib.SMTP.connect

    def refuse(self: smtplib.SMTP, host: str = "localhost", port: int = 0, *args: Any, **kwargs: Any) -> Any:
        if "smtp" in request.fixturenames or request.node.get_closest_marker("smtp"):
            return connect(self, host, port, *args, **kwargs)
        pytest.fail(f"unexpected connection to the mail server {host}:{port}")

    monkeypatch.setattr(smtplib.SMTP, "connect", refuse)


@pytest.fixture
def smtp() -> Iterator[Callable[..., FakeSmtp]]:
    """Start a fake mail server: `smtp({"RCPT": {1: "550 5.1.1 nobody"}})`. Stopped at the end."""
    with ExitStack() as started:
        yield lambda *args, **kwargs: started.enter_context(FakeSmtp(*args, **kwargs))


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """A PostgreSQL cluster of our own for all tests of this process that ask for it."""
    with servers.postgres() as url:
        yield url


@contextmanager
def _database(server: str, template: str = "template1") -> Iterator[str]:
    """A database of a PostgreSQL server, as its template is; gone afterwards."""
    name = f"test_{uuid4().hex[:12]}"
    admin = create_engine(f"{server}/postgres", isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name} TEMPLATE {template}"))
    yield f"{server}/{name}"
    with admin.connect() as connection:
        connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
    admin.dispose()


@pytest.fixture
def postgres_url(postgres_server: str) -> Iterator[str]:
    """A fresh, empty database."""
    with _database(postgres_server) as url:
        yield url


@pytest.fixture(scope="session")
def _migrated_postgres(postgres_server: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """One migrated, empty PostgreSQL database, which others are made of; its name."""
    with _database(postgres_server) as url:
        app = create_app(make_config(tmp_path_factory.mktemp("migrated"), database_url=SecretStr(url)))
        with app.app_context():
            schema.upgrade()
            go_live()
        dispose(app)
        yield url.rpartition("/")[2]


@pytest.fixture
def postgres_migrated(postgres_server: str, _migrated_postgres: str) -> Iterator[str]:
    """A fresh, migrated database."""
    with _database(postgres_server, _migrated_postgres) as url:
        yield url


@pytest.fixture
def now() -> datetime:
    """The real time: what edges see in the same test. Pass it on, or travel with time_machine."""
    return datetime.now(UTC).replace(microsecond=0)


def make_config(var: Path, **values: Any) -> Config:
    """Settings for a test."""
    given = {
        "base_url": "http://127.0.0.1:8000",
        "secret_key": KEY,
        "smtp_url": "smtp://127.0.0.1:1",
        "mail_from": "hello@talent.example.org",
        "org_name": "Fennel & Rowe",
        "postal_address": "Rua do Ensaio 1, 1100-001 Lisbon",
        "trusted_hosts": "127.0.0.1,localhost",
        "var_dir": var,
    }
    return Config(**(given | values))


@pytest.fixture(scope="session")
def _migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One migrated, empty SQLite file, which each test copies."""
    var = tmp_path_factory.mktemp("migrated")
    app = create_app(make_config(var))
    with app.app_context():
        schema.upgrade()
        go_live()
    dispose(app)
    return var / "portal.db"


def go_live() -> None:
    """Leave the trial, in which mail reaches staff only: what most tests are about comes after it."""
    db.session.get_one(House, 1).live_at = datetime(2026, 1, 1, tzinfo=UTC)
    db.session.commit()


@pytest.fixture
def config(tmp_path: Path, _migrated: Path) -> Config:
    """Settings of this test, with a migrated database."""
    shutil.copy(_migrated, tmp_path / "portal.db")
    return make_config(tmp_path)


@pytest.fixture
def make_app() -> Iterator[Callable[[Config], Flask]]:
    """Start an app on any settings; closed at the end."""
    apps: list[Flask] = []

    def make(config: Config) -> Flask:
        app = create_app(config)
        app.test_client_class = PageClient
        app.testing = False
        apps.append(app)
        return app

    yield make
    for app in apps:
        dispose(app)


@pytest.fixture
def app(config: Config, make_app: Callable[[Config], Flask]) -> Iterator[Flask]:
    """The app, in its context."""
    app = make_app(config)
    with app.app_context():
        yield app


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def each_app(request: pytest.FixtureRequest, config: Config, make_app: Callable[[Config], Flask]) -> Iterator[Flask]:
    """The app on SQLite, then on PostgreSQL, in its context: for what the database decides."""
    if request.param == "postgresql":
        config = config.model_copy(update={"database_url": SecretStr(request.getfixturevalue("postgres_migrated"))})
    app = make_app(config)
    with app.app_context():
        yield app


@pytest.fixture
def client(app: Flask) -> PageClient:
    """A visitor's browser that checks every page it gets."""
    client: Any = app.test_client()
    return client


@pytest.fixture
def at_desk(app: Flask, now: datetime) -> Callable[..., PageClient]:
    """The browser of somebody at the desk, who proved just now who they are: `at_desk("author")`, or of a recruiter
    that there is: `at_desk(ana)`. `proved_at`: when they last did. Forms need no token in it."""

    def sign_in(who: str | Recruiter = "recruiter", proved_at: datetime | None = None) -> PageClient:
        app.config["WTF_CSRF_ENABLED"] = False
        recruiter = factories.recruiter(role=who) if isinstance(who, str) else who
        token = sessions.start_desk(recruiter.id, "Firefox", "127.0.0.0/24", "password", now)
        db.session.flush()
        found = sessions.find_desk(token)
        if found and proved_at:
            found.proved_at = proved_at
        db.session.commit()
        client: Any = app.test_client()
        client.set_cookie("portal-desk", token)
        return client

    return sign_in


@pytest.fixture
def run_tasks(app: Flask) -> Callable[[], int]:
    """Do what waits in the queue, as the worker would; returns how many tasks ran."""

    def run() -> int:
        huey, count = app.extensions["huey"], 0
        while (task := huey.dequeue()) is not None:
            huey.execute(task)
            count += 1
        db.session.expire_all()
        return count

    return run


def dispose(app: Flask) -> None:
    """Close every connection, so that no warning about one is left behind."""
    with app.app_context():
        db.session.remove()
        for engine in db.engines.values():
            engine.dispose()
    app.extensions["huey"].storage.close()
