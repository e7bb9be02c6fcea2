"""`portal staff`: the first admin, the operator's ways in, going live."""

import json
import re
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from flask import Flask
from sqlalchemy import select

from portal.cli import portal as command
from portal.db import db
from portal.staff.models import AuditEntry, House
from portal.staff.queries import by_key
from tests import factories
from tests.audience.visitor import Visitor
from tests.conftest import KEY
from tests.staff.helpers import colleague

Run = Callable[..., Result]


@pytest.fixture
def run(app: Flask, tmp_path: Path) -> Run:
    """The command, on this test's instance."""

    def run(*words: str, typed: str | None = None) -> Result:
        db.session.commit()
        settings = tmp_path / "portal.env"
        settings.write_text(
            f"PORTAL_BASE_URL=http://127.0.0.1:8000\nPORTAL_SECRET_KEY={KEY}\nPORTAL_SMTP_URL=smtp://127.0.0.1:1\n"
            "PORTAL_MAIL_FROM=hello@talent.example.org\nPORTAL_ORG_NAME='Fennel & Rowe'\n"
            f"PORTAL_POSTAL_ADDRESS='Rua do Ensaio 1, Lisbon'\nPORTAL_VAR_DIR={tmp_path}\n"
        )
        done = CliRunner().invoke(command, ["--env-file", str(settings), "staff", *words], input=typed)
        assert "Traceback" not in done.output
        db.session.expire_all()
        return done

    return run


def test_the_first_admin_comes_by_command(app: Flask, run: Run) -> None:
    assert "Nobody yet" in run("list").output
    done = run("invite", "Ana@Example.org", "--role", "admin", "--name", "Ana Figueiredo")
    assert done.exit_code == 0
    path = re.search(r"http://127\.0\.0\.1:8000(/desk/invited/\S+)", done.output)
    assert path
    assert "Welcome to the desk, Ana Figueiredo" in Visitor(app).get(path[1]).text
    again = run("invite", "ana@example.org", "--role", "admin", "--name", "Ana Figueiredo")
    assert again.exit_code == 0
    assert Visitor(app).get(path[1]).status_code == 410, "a newer one replaces it"
    (line,) = json.loads(run("list", "--json").output)
    assert (line["state"], line["role"], line["address"]) == ("invited", "admin", "Ana@example.org")


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("invite", "ana", "--name", "Ana"), "is not a mail address"),
        (("invite", "ana@example.org", "--name", "x" * 81), "1 to 80 characters"),
        (("invite", "tom@example.org", "--name", "Tom"), "has an account with this address already"),
        (("reset", "nobody@example.org"), "Nobody at the desk has the address"),
        (("end", "ana@example.org", "--to", "tom@example.org"), "is the only admin"),
        (("end", "tom@example.org"), "Choose a colleague"),
        (("forget", "tom@example.org", "--yes"), "is still at the desk"),
        (("live",), "You are live already"),
    ],
)  # fmt: skip
def test_what_cannot_be_done_is_one_sentence(run: Run, words: tuple[str, ...], says: str) -> None:
    colleague(name="Tom", address="tom@example.org")
    if words[0] != "invite":
        colleague("admin", name="Ana", address="ana@example.org")
    done = run(*words)
    assert done.exit_code == 1
    assert says in done.output


def test_a_reset_and_an_end(run: Run, now: datetime) -> None:
    tom, ana = colleague(name="Tom", address="tom@example.org"), colleague("admin", address="ana@example.org")
    assert "/desk/invited/" in run("reset", "tom@example.org").output
    assert tom.password_hash is None
    assert run("end", "tom@example.org", "--to", ana.address).exit_code == 0
    assert tom.ended_at
    assert run("forget", "tom@example.org", "--yes").exit_code == 0
    assert by_key("tom@example.org") is None


def test_going_live_says_how_many_and_asks(run: Run) -> None:
    db.session.get_one(House, 1).live_at = None
    factories.member(agreed_to=["newsletter"])
    factories.member()
    asked = run("live", typed="n\n")
    assert "(1 at present)" in asked.output
    assert db.session.get_one(House, 1).live_at is None
    assert run("live", "--yes").exit_code == 0
    assert db.session.get_one(House, 1).live_at
    assert db.session.scalars(select(AuditEntry).filter_by(action="house.live")).one().recruiter_id is None
