"""What `portal demo` does before it starts anything: its settings file, its ports, its sentences."""

import socket
from pathlib import Path
from typing import Any

import click
import pytest
from flask import Flask
from honcho.printer import Message
from sqlalchemy import text

from portal.config import load
from portal.db import db
from portal.demo import commands
from portal.demo.actions.guests import Door
from portal.demo.commands import place, tree
from tests import servers
from tests.conftest import KEY


@pytest.mark.parametrize("name", ["demo", "it's a demo", 'a "quoted" $HOME folder # 1', "demó"])
def test_the_settings_file_says_the_same_to_another_terminal(tmp_path: Path, name: str) -> None:
    folder = tmp_path / name
    folder.mkdir()
    place.write(folder, folder, 8123, 2525, KEY)
    assert load({}, folder / place.ENV) == place.config(folder, 8123, 2525, KEY)
    assert place.secret(folder) == KEY


def test_a_folder_without_settings_gets_a_new_key(tmp_path: Path) -> None:
    assert len(place.secret(tmp_path)) > 40
    assert place.secret(tmp_path) != place.secret(tmp_path)


def test_a_busy_port_is_passed_over_and_the_next_is_held() -> None:
    first = servers.free_port()
    with socket.create_server(("127.0.0.1", first)), place.reserved(first) as second:
        assert second > first
        with pytest.raises(OSError, match="in use"):
            socket.create_server(("127.0.0.1", second))
    with place.reserved(second) as again:
        assert again == second


def test_no_port_at_all_is_one_sentence() -> None:
    last = 65535
    with place.reserved(last) as held:
        assert held == last
        with pytest.raises(click.ClickException, match="Every port from 65535 on is busy"), place.reserved(last):
            pass


def test_a_demo_runs_when_both_its_ports_answer(tmp_path: Path) -> None:
    web, mail = place.any_port(), place.any_port()
    assert place.running(tmp_path) is None
    place.write(tmp_path, tmp_path, web, mail, KEY)
    assert place.running(tmp_path) is None
    with socket.create_server(("127.0.0.1", web)):
        assert place.running(tmp_path) is None
        with socket.create_server(("127.0.0.1", mail)):
            assert place.running(tmp_path) == f"http://127.0.0.1:{web}"


def test_the_settings_of_a_real_one_stay_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORTAL_DATABASE_URL", "postgresql://real")
    monkeypatch.setenv("LANG", "C.UTF-8")
    assert "PORTAL_DATABASE_URL" not in place.environment()
    assert place.environment()["LANG"] == "C.UTF-8"


def test_a_newer_database_is_left_alone(demo: Flask) -> None:
    db.session.execute(text("UPDATE alembic_version SET version_num = 'from the future'"))
    db.session.commit()
    with pytest.raises(click.ClickException, match=r"written by a newer version.*portal demo --fresh"):
        commands._let_in()


def test_the_greeting_says_where_everything_is() -> None:
    words = commands.greeting("http://127.0.0.1:8000", [Door("Mira, data", "http://127.0.0.1:8000/sign-in/abc")])
    assert "The demo is ready:  http://127.0.0.1:8000\n" in words
    assert "http://127.0.0.1:8000/dev/outbox" in words
    assert "  Mira, data\n    http://127.0.0.1:8000/sign-in/abc" in words
    assert "-m portal --env-file var/demo/portal.env campaign status" in words


@pytest.mark.parametrize(
    ("name", "said", "shown"),
    [
        ("web", b"Listening on http://127.0.0.1:8000\n", "Listening on http://127.0.0.1:8000"),
        ("web", b'{"event": "request", "level": "info", "status": 200}', None),
        ("web", b'{"event": "bad", "level": "warning", "logger": "x", "mailing": 3}', "warning: bad mailing=3"),
        ("worker", b'{"event": "boom", "level": "error", "exception": "Traceback"}', "error: boom Traceback"),
        ("mail", b"Traceback \xff", "Traceback �"),
        ("mail", b"[]", "[]"),
        ("system", "web started (pid=3)\n", None),
        ("system", "worker stopped (rc=-9)\n", "worker stopped (rc=-9)"),
    ],
)
def test_only_what_matters_is_shown(name: str, said: Any, shown: str | None) -> None:
    assert tree._worth_reading(Message("line", said, None, name, None)) == shown
