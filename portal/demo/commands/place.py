"""Where a demo lives: its folder, its settings file, its ports."""

import errno
import os
import secrets
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import click
from dotenv import dotenv_values, set_key

from portal.config import PREFIX, Config

HOME = Path("var/demo")
ENV = "portal.env"
"""The settings file. It is written last, so a folder without it was not finished."""
HOST = "127.0.0.1"


def config(folder: Path, web: int, mail: int, secret: str) -> Config:
    """The settings of a demo in `folder`: everything on this machine, for an employer that does not exist."""
    return Config(**_values(folder, web, mail, secret))


def _values(folder: Path, web: int, mail: int, secret: str) -> dict[str, Any]:
    return {
        "demo": True,
        "feeds_may_be_local": True,
        "var_dir": str(folder),
        "base_url": f"http://{HOST}:{web}",
        "trusted_hosts": f"{HOST},localhost",
        "secret_key": secret,
        "smtp_url": f"smtp://{HOST}:{mail}",
        "mail_from": "letters@talent.example.org",
        "org_name": "Fennel & Rowe",
        "postal_address": "Rua do Ensaio 1, 1100-001 Lisbon",
    }


def write(folder: Path, to: Path, web: int, mail: int, secret: str) -> None:
    """Write the settings of a demo in `folder` into the folder `to`, for other terminals to use."""
    file = to / ENV
    file.touch(mode=0o600)
    for name, value in _values(folder, web, mail, secret).items():
        set_key(file, PREFIX + name.upper(), str(value))


def secret(folder: Path) -> str:
    """The key of the demo that is there, or a new one."""
    return _given(folder).get("SECRET_KEY") or secrets.token_urlsafe(32)


def _given(folder: Path) -> dict[str, str]:
    found = dotenv_values(folder / ENV, interpolate=False) if (folder / ENV).is_file() else {}
    return {name.removeprefix(PREFIX): value for name, value in found.items() if value}


def running(folder: Path) -> str | None:
    """The address of a demo that runs from this folder, or None."""
    given = _given(folder)
    urls = [given.get("BASE_URL", ""), given.get("SMTP_URL", "")]
    return urls[0] if all(_answers(urlsplit(url).port) for url in urls) else None


def _answers(port: int | None) -> bool:
    with socket.socket() as s:
        return port is not None and s.connect_ex((HOST, port)) == 0


@contextmanager
def reserved(first: int) -> Iterator[int]:
    """`first`, or the next port that nobody listens on; nobody else can have it until this context ends."""
    for port in range(first, min(first + 100, 65536)):
        try:
            held = socket.create_server((HOST, port))
        except OSError as error:
            if error.errno == errno.EACCES:
                raise click.ClickException(f"Port {port} is not open to you: choose one above 1023.") from None
            continue
        with held:
            yield port
        return
    raise click.ClickException(f"Every port from {first} on is busy: choose another --port.")


def any_port() -> int:
    """A port that nobody listens on."""
    with socket.create_server((HOST, 0)) as held:
        port: int = held.getsockname()[1]
        return port


def catcher(port: int, maildir: Path) -> list[str]:
    """The command that catches mail."""
    program = [sys.executable, "-m", "aiosmtpd", "-n", "-l", f"{HOST}:{port}"]
    return [*program, "-c", "aiosmtpd.handlers.Mailbox", str(maildir)]


@contextmanager
def catching(port: int, maildir: Path) -> Iterator[None]:
    """Catch mail for a while. Not in a thread: it would fight with ours over the interpreter."""
    process = subprocess.Popen(catcher(port, maildir))  # noqa: S603  # our own command
    try:
        while not _answers(port):
            if process.poll() is not None:
                raise click.ClickException("The mail catcher does not start: its last words are above.")
            time.sleep(0.05)
        yield
    finally:
        process.terminate()
        process.wait()


def environment() -> dict[str, str]:
    """Our environment without settings of a real Rapport, which would win over the demo's file."""
    return {name: value for name, value in os.environ.items() if not name.startswith(PREFIX)}
