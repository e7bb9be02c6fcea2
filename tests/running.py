"""The real thing for tests: `portal demo` as somebody would start it, and a Chromium to look at it with.

One of each for all tests of a process.
"""

import json
import mailbox
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING, Any, TypeVar

import pytest

from tests import servers

if TYPE_CHECKING:  # loaded by the fixture: most tests need no browser
    from playwright.sync_api import Browser

ROOT = Path(__file__).resolve().parent.parent
OVER = ("done", "waiting")
"""Phases of a campaign in which nothing goes out any more for now: some wait for the hours that they set."""
ENDS = {
    "accepted", "queued: held", *(f"skipped: {why}" for why in ("no_consent", "suppressed", "over_budget", "paused")),
}  # fmt: skip
READY = "Ctrl-C stops everything."
Found = TypeVar("Found")


def environment() -> dict[str, str]:
    """Ours without any setting of Rapport, and with the code on the path, as the folder is another one."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith("PORTAL_")}
    return kept | {"PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1"}


def until(look: Callable[[], Found | None], what: str, seconds: float = 30) -> Found:
    """What `look` finds, as soon as it finds something."""
    ends = time.monotonic() + seconds
    while time.monotonic() < ends:
        found = look()
        if found:
            return found
        time.sleep(0.1)
    raise TimeoutError(f"{what}: not within {seconds} seconds")


@dataclass
class Demo:
    """A demo that runs in a folder."""

    cwd: Path
    process: "subprocess.Popen[str]"
    lines: list[str] = field(default_factory=list)

    @property
    def output(self) -> str:
        return "".join(self.lines)

    @property
    def url(self) -> str:
        """Where its pages are."""
        return re.findall(r"The demo is ready: +(\S+)", self.output)[-1]

    @property
    def doors(self) -> list[str]:
        """The three links that it printed."""
        return re.findall(r"http://\S+/sign-in/\S+", self.output)

    @property
    def var(self) -> Path:
        return self.cwd / "var" / "demo"

    def portal(self, *arguments: str, **settings: str) -> str:
        """What `portal` says in a second terminal, with some settings in its environment; it must succeed."""
        done = self.run(*arguments, **settings)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def run(self, *arguments: str, **settings: str) -> "subprocess.CompletedProcess[str]":
        """Run `portal` in a second terminal."""
        command = [sys.executable, "-m", "portal", "--env-file", "var/demo/portal.env", *arguments]
        env = environment() | settings
        return subprocess.run(command, cwd=self.cwd, env=env, capture_output=True, text=True, timeout=60)

    def status(self, campaign: int) -> dict[str, Any]:
        """Where a campaign stands."""
        found: dict[str, Any] = json.loads(self.portal("campaign", "status", str(campaign), "--json"))
        return found

    def caught(self, address: str) -> list[bytes]:
        """What the catcher has for an address, in the order of arrival."""
        to = f"\nX-RcptTo: {address}\n".encode()
        box = mailbox.Maildir(self.var / "maildir", create=False)
        found = ((key.split("."), box.get_bytes(key)) for key in box.keys())  # noqa: SIM118
        ours = [
            ((int(second), int(re.findall(r"\d+", rest)[0])), data) for (second, rest, *_), data in found if to in data
        ]
        return [data for _, data in sorted(ours)]

    def count(self) -> int:
        """How many mails the catcher has."""
        return sum(1 for _ in (self.var / "maildir" / "new").iterdir())

    def stop(self, how: signal.Signals = signal.SIGTERM) -> int:
        """Stop it as Ctrl-C or a supervisor would; returns its exit code."""
        self.process.send_signal(how)
        return self.process.wait(30)


@contextmanager
def demo(cwd: Path, *options: str, **settings: str) -> Iterator[Demo]:
    """Start `portal demo` in a folder and wait until it says that it is ready. `settings`: in its environment."""
    process = subprocess.Popen(
        [sys.executable, "-m", "portal", "demo", *options],
        cwd=cwd, env=environment() | settings, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
    )  # fmt: skip
    running = Demo(cwd, process)
    assert process.stdout is not None
    reader = Thread(target=lambda: running.lines.extend(process.stdout or ()), daemon=True)
    reader.start()

    def ready() -> bool:
        assert process.poll() is None, running.output
        return READY in running.output

    try:
        until(ready, "the demo", 90)
        yield running
    finally:
        if process.poll() is None:
            running.stop()
        reader.join(10)
        process.stdout.close()


@pytest.fixture(scope="session")
def running_demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    """A demo with its sample community, shared by all tests that need a real one."""
    with demo(tmp_path_factory.mktemp("demo"), "--members", "200", "--port", str(servers.free_port())) as running:
        yield running


@pytest.fixture(scope="session")
def browser() -> "Iterator[Browser]":
    """Chromium. One for all tests: a second Playwright in the same process is refused."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=servers.chromium(), args=servers.CHROMIUM_FLAGS)
        yield chromium
        chromium.close()
