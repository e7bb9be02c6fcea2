"""`portal demo` from outside: one command starts three programs, one signal ends them, and what was there is found again.

The tests of this file are one story, in order, in one folder.
"""

import os
import re
import signal
import socket
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
from flask_migrate import downgrade

from portal import create_app, schema
from portal.config import load
from tests import servers
from tests.conftest import dispose
from tests.running import Demo, demo, environment, until


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("tree")


@pytest.fixture(scope="module")
def port() -> int:
    return servers.free_port()


def family(pid: int) -> set[int]:
    """All processes below this one."""
    parents = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdecimal():
            try:
                stat = (entry / "stat").read_text()
            except OSError:
                continue
            parents[int(entry.name)] = int(stat.rpartition(")")[2].split()[1])
    found = {pid}
    while more := {child for child, parent in parents.items() if parent in found} - found:
        found |= more
    return found - {pid}


def listening(port: int) -> bool:
    with socket.socket() as s:
        return s.connect_ex(("127.0.0.1", port)) == 0


def mail_port(running: Demo) -> int:
    return int(re.findall(r"smtp://127\.0\.0\.1:(\d+)", (running.var / "portal.env").read_text())[0])


def gone(running: Demo, people: set[int], *ports: int) -> None:
    """Nothing of it is left: no process, no port."""
    assert len(people) >= 3
    assert [pid for pid in people if Path(f"/proc/{pid}").exists()] == [], running.output
    assert [port for port in ports if listening(port)] == []


def members(running: Demo) -> list[str]:
    with sqlite3.connect(running.var / "portal.db") as connection:
        return [address for (address,) in connection.execute("SELECT address FROM member ORDER BY id")]


@pytest.fixture(scope="module")
def left_behind(folder: Path) -> None:
    """A first start that was cut short, and settings of a real one in the environment."""
    (folder / "var" / "demo").mkdir(parents=True)
    (folder / "var" / "demo" / "portal.db").write_text("not a database")
    (folder / "var" / "demo.new").mkdir()
    (folder / ".env").write_text("PORTAL_DATABASE_URL=postgresql://nowhere/real\nPORTAL_NONSENSE=1\n")


def test_a_first_start_ends_without_a_trace(folder: Path, port: int, left_behind: None) -> None:
    real = {"PORTAL_SMTP_URL": "smtp://mail.example.org", "PORTAL_NONSENSE": "1"}
    with demo(folder, "--members", "12", "--port", str(port), **real) as running:
        assert running.url == f"http://127.0.0.1:{port}"
        assert len(running.doors) == 3
        assert "Sending them a first letter" in running.output
        assert len(members(running)) == 12
        assert not (folder / "var" / "demo.new").exists()
        assert oct((running.var / "portal.env").stat().st_mode)[-3:] == "600"
        status = running.portal("campaign", "status")
        assert "2026-11-what-we-learned to everyone: scheduled" in status
        assert "2026-10-measure-twice to everyone: done" in status
        people, mail = family(running.process.pid), mail_port(running)
        again = subprocess.run(
            [sys.executable, "-m", "portal", "demo", "--fresh"],
            cwd=folder, env=environment(), capture_output=True, text=True, timeout=60,
        )  # fmt: skip
        assert again.returncode == 1
        assert f"A demo still runs from here, at {running.url}: stop it first" in again.stderr
        assert running.stop(signal.SIGINT) == 0
        gone(running, people, port, mail)
    assert "The same command goes on from here" in running.output
    assert "request" not in running.output


def test_a_second_start_goes_on_and_a_lost_part_ends_it(folder: Path, port: int) -> None:
    app = create_app(load({}, folder / "var" / "demo" / "portal.env"))
    with app.app_context():
        downgrade(revision="-1")
        assert schema.state() == "behind"
    dispose(app)
    with socket.create_server(("127.0.0.1", port)), demo(folder, "--port", str(port)) as running:
        assert f"Port {port} is busy, so the pages are at {running.url[-len(str(port)) :]}." in running.output
        assert running.url != f"http://127.0.0.1:{port}"
        assert f"PORTAL_BASE_URL='{running.url}'" in (running.var / "portal.env").read_text()
        assert all(door.startswith(running.url) for door in running.doors)
        assert "Inventing" not in running.output
        assert len(members(running)) == 12
        people, mail = family(running.process.pid), mail_port(running)
        worker = next(pid for pid in people if b"\0worker\0" in Path(f"/proc/{pid}/cmdline").read_bytes())
        os.kill(worker, signal.SIGKILL)
        assert running.process.wait(30) == 1
        gone(running, people, mail)
    assert "worker stopped (rc=-9)" in running.output
    assert "A part of the demo ended by itself" in running.output


def test_starting_over_forgets_everything(folder: Path, port: int) -> None:
    env = folder / "var" / "demo" / "portal.env"
    before = env.read_text()
    with demo(folder, "--fresh", "--members", "5", "--port", str(port)) as running:
        assert len(members(running)) == 5
        key = re.compile(r"SECRET_KEY='(.+)'")
        assert key.findall(env.read_text()) != key.findall(before)
        people = family(running.process.pid)
        assert running.stop(signal.SIGHUP) == 0  # its window was closed
        gone(running, people, port)


def test_a_first_start_that_is_cut_short_leaves_nothing_running(tmp_path: Path) -> None:
    starting = subprocess.Popen(
        [sys.executable, "-m", "portal", "demo", "--members", "800"],
        cwd=tmp_path, env=environment(), stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
    )  # fmt: skip
    until(lambda: family(starting.pid), "the catcher", 60)
    people = family(starting.pid)
    starting.send_signal(signal.SIGTERM)
    starting.communicate(timeout=30)
    assert [pid for pid in people if Path(f"/proc/{pid}").exists()] == []
    assert not (tmp_path / "var" / "demo").exists()
