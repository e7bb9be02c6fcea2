"""Web, worker and mail catcher as one tree, which one Ctrl-C ends."""

import json
import os
import shlex
import signal
import sys
from pathlib import Path
from typing import Any

import click
from honcho.manager import SYSTEM_PRINTER_NAME, Manager
from honcho.printer import Message, Printer

from portal.demo.commands import place

QUIET = {"debug", "info"}


class _Lines(Printer):  # type: ignore[misc]  # honcho has no types
    """Shows what the parts say, without what is merely routine, and a greeting once the pages can be opened."""

    def __init__(self, greeting: str) -> None:
        super().__init__(sys.stdout)
        self.greeting = greeting

    def write(self, message: Message) -> None:
        words = _worth_reading(message)
        if words is None:
            return
        super().write(message._replace(data=words))
        if message.name == "web" and words.startswith("Listening"):
            click.echo(self.greeting)


def _worth_reading(message: Message) -> str | None:
    data = message.data
    line = (data.decode("utf-8", "replace") if isinstance(data, bytes) else data).rstrip()
    if message.name == SYSTEM_PRINTER_NAME:
        return line if " stopped " in line else None
    try:
        event: Any = json.loads(line)
    except ValueError:
        return line
    if not isinstance(event, dict):
        return line
    if event.get("level") in QUIET:
        return None
    about = [f"{k}={v}" for k, v in event.items() if k not in {"event", "level", "logger", "timestamp", "exception"}]
    return " ".join([f"{event.get('level')}: {event.get('event')}", *about, *filter(None, [event.get("exception")])])


class _Tree(Manager):  # type: ignore[misc]  # honcho has no types
    """Honcho's manager, which also bears being stopped while it is still starting."""

    stopping = False

    def terminate(self) -> None:
        self.stopping = True
        if self._all_started():  # else honcho would look for a process that has no number yet
            super().terminate()

    def _system_print(self, data: str) -> None:
        if self.stopping:
            self.terminate()
        else:
            super()._system_print(data)


def run(folder: Path, web: int, mail: int, greeting: str) -> int:
    """Run the three until somebody stops us (0) or one of them ends by itself (1)."""
    portal = [sys.executable, "-m", "portal", "--env-file", str(folder / place.ENV)]
    parts = {
        "mail": place.catcher(mail, folder / "maildir"),
        "web": [*portal, "serve", "--port", str(web)],
        "worker": [*portal, "worker"],
    }
    environment = place.environment() | {"PYTHONUNBUFFERED": "1", "PORTAL_LOG_JSON": "true"}
    tree = _Tree(_Lines(greeting))
    for name, command in parts.items():
        tree.add_process(name, f"exec {shlex.join(command)}", env=environment)
    # A closed window must not leave the parts behind.
    signal.signal(signal.SIGHUP, lambda *_: os.kill(os.getpid(), signal.SIGTERM))
    tree.loop()
    stopped = tree.returncode in {128 + signal.SIGINT, 128 + signal.SIGTERM}
    if stopped:
        click.echo("Stopped. The same command goes on from here; with --fresh it starts over.")
        return 0
    click.echo("A part of the demo ended by itself, so all of it was stopped: its last words are above.", err=True)
    return 1
