"""Real programs that tests start and stop: PostgreSQL, Redis, Chromium. Found, never downloaded."""

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

CHROMIUM_FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
]  # fmt: skip


def chromium() -> str | None:
    """Where Chromium is, or None."""
    given = os.environ.get("PORTAL_TEST_BROWSER")
    return given or next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)


def postgres_bin() -> Path | None:
    """The folder with initdb and postgres, or None. Debian keeps it off the PATH."""
    versions = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda p: int(p.parts[-3]))
    if versions:
        return versions[-1].parent
    found = shutil.which("initdb")
    return Path(found).parent if found and shutil.which("postgres") else None


def missing(mark: str) -> str | None:
    """Why tests with this mark can't run here, or None."""
    if mark == "browser" and chromium() is None:
        return "there is no Chromium (apt-get install chromium, or set PORTAL_TEST_BROWSER)"
    if mark == "postgres" and postgres_bin() is None:
        return "there is no PostgreSQL server (apt-get install postgresql)"
    if mark == "redis" and shutil.which("redis-server") is None:
        return "there is no Redis server (apt-get install redis-server)"
    return None


def free_port() -> int:
    """A port on 127.0.0.1 that nobody listens on right now."""
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return int(s.getsockname()[1])


def wait_for_port(port: int, process: subprocess.Popen[bytes] | None = None, seconds: float = 30) -> None:
    """Return when something listens; raise when it does not come, or its process has ended."""
    ends = time.monotonic() + seconds
    while time.monotonic() < ends:
        if process is not None and process.poll() is not None:
            raise RuntimeError(f"the server ended with {process.returncode}")
        with socket.socket() as s:
            if s.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise TimeoutError(f"nothing listens on 127.0.0.1:{port}")


@contextmanager
def postgres() -> Iterator[str]:
    """A cluster of our own in a temporary folder; yields `postgresql+psycopg://…` without a database name."""
    folder = Path(tempfile.mkdtemp(prefix="portal-pg-", dir="/tmp"))
    bin_, port = postgres_bin(), free_port()
    assert bin_ is not None
    user = None
    if os.getuid() == 0:  # PostgreSQL refuses to run as root
        user = next(u for u in ("postgres", "nobody") if _exists(u))
        shutil.chown(folder, user)
    data = folder / "data"
    subprocess.run(
        [bin_ / "initdb", "-D", data, "-U", "portal", "--auth=trust", "-E", "UTF8", "--no-sync"],
        check=True, capture_output=True, user=user, cwd=folder,
    )  # fmt: skip
    options = f"-c listen_addresses=127.0.0.1 -c port={port} -c unix_socket_directories={folder} -c fsync=off"
    server = subprocess.Popen(
        [bin_ / "postgres", "-D", data, *options.split()],
        user=user, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        wait_for_port(port, server)
        time.sleep(0.3)
        yield f"postgresql+psycopg://portal@127.0.0.1:{port}"
    finally:
        server.terminate()
        server.wait(20)
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def redis() -> Iterator[str]:
    """A Redis of our own that keeps nothing; yields its address."""
    port = free_port()
    server = subprocess.Popen(
        ["redis-server", "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"],
        stdout=subprocess.DEVNULL,
        cwd=tempfile.gettempdir(),
    )
    try:
        wait_for_port(port, server)
        yield f"redis://127.0.0.1:{port}/0"
    finally:
        server.terminate()
        server.wait(20)


def _exists(user: str) -> bool:
    try:
        pwd.getpwnam(user)
    except KeyError:
        return False
    return True
