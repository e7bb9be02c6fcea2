"""An instance to import into, and the command as somebody types it."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from flask import Flask

from portal.cli import portal
from portal.db import db
from tests import factories
from tests.content.running import Run

Import = Callable[..., dict[str, Any]]


@pytest.fixture
def settings_file(app: Flask, tmp_path: Path) -> Path:
    """This test's settings, for a command that reads them itself."""
    config = app.extensions["portal"]
    names = ("base_url", "mail_from", "org_name", "postal_address", "trusted_hosts", "var_dir", "content_dir")
    values = {name: getattr(config, name) for name in names}
    values |= {"secret_key": config.keys[-1], "smtp_url": config.smtp_url.get_secret_value()}
    values["database_url"] = config.database_url.get_secret_value()
    file = tmp_path / "portal.env"
    file.write_text("".join(f'PORTAL_{name.upper()}="{value}"\n' for name, value in values.items() if value))
    return file


@pytest.fixture
def run(app: Flask, settings_file: Path) -> Run:
    """`portal …` on this test's instance."""

    def run(*words: str) -> Result:
        db.session.commit()
        done = CliRunner().invoke(portal, ["--env-file", str(settings_file), *words])
        assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
        db.session.rollback()
        return done

    return run


@pytest.fixture
def bring(run: Run, tmp_path: Path) -> Import:
    """Import a text (or bytes) and return what the command says to a script."""

    def bring(content: str | bytes, *options: str) -> dict[str, Any]:
        file = tmp_path / "people.csv"
        file.write_bytes(content if isinstance(content, bytes) else content.encode())
        done = run("members", "import", str(file), "--json", *options)
        assert done.exit_code == 0, done.output
        found: dict[str, Any] = json.loads(done.stdout)
        return found

    return bring


@pytest.fixture
def refused(run: Run, tmp_path: Path) -> Callable[..., str]:
    """Import what cannot be imported, and return the sentence."""

    def refused(content: str | bytes, *options: str, code: int = 1) -> str:
        file = tmp_path / "people.csv"
        file.write_bytes(content if isinstance(content, bytes) else content.encode())
        done = run("members", "import", str(file), *options)
        assert done.exit_code == code, done.output
        return done.stderr.strip().splitlines()[-1]

    return refused


@pytest.fixture
def choices(app: Flask) -> None:
    """Something to choose."""
    factories.interest(slug="calibration", name="Calibration")
    factories.interest(slug="data-engineering", name="Data engineering")
    factories.place(slug="lisbon", name="Lisbon")
    db.session.commit()
