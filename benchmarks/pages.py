"""Public pages: a kept page and a 304 against a bare Flask route on the same server, one process each.

    python benchmarks/pages.py [--quick] [--server waitress|gunicorn]

Targets: a kept page ≥ 0.7 × and a 304 ≥ 0.4 × the requests/s of the bare route. Rounds are interleaved, so that a
busy machine slows all of them; the median counts. waitress closes the connection after each 304, gunicorn's plain
worker after every answer.
"""

import argparse
import os
import re
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from flask import Flask

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from portal import content, create_app, schema
from portal.config import Config, settings
from portal.db import db

ROOT = Path(__file__).resolve().parent.parent
CLIENTS = 4
VAR = "RAPPORT_BENCHMARK_VAR"


def bare() -> Flask:
    """The least that Flask can do."""
    app = Flask("bare")
    app.add_url_rule("/", view_func=lambda: "Hello")
    return app


def ours() -> Flask:
    """An instance with the sample content."""
    return create_app(
        Config(
            base_url="http://127.0.0.1:8000",
            secret_key="only-for-benchmarks-0123456789-abcdef",  # type: ignore[arg-type]
            smtp_url="smtp://127.0.0.1:1",  # type: ignore[arg-type]
            mail_from="hello@talent.example.org",
            org_name="Fennel & Rowe",
            postal_address="Rua do Ensaio 1, Lisbon",
            var_dir=Path(os.environ[VAR]),
            log_json=True,
        )
    )


@dataclass
class Case:
    """One thing to ask for, again and again."""

    name: str
    port: int
    path: str
    target: str = ""
    etag: str | None = None
    rates: list[float] = field(default_factory=list)

    @property
    def request(self) -> bytes:
        """What a client sends."""
        known = f"If-None-Match: {self.etag}\r\n" if self.etag else ""
        return f"GET {self.path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept: text/html\r\n{known}\r\n".encode()


class Client:
    """One browser, as little work as it can be; connects anew when the server hung up."""

    def __init__(self, case: Case) -> None:
        self.case, self.connection = case, None

    def ask(self) -> bytes:
        """One request; returns the head of the answer."""
        self.connection = self.connection or socket.create_connection(("127.0.0.1", self.case.port))
        self.connection.sendall(self.case.request)
        head, body = b"", b""
        while b"\r\n\r\n" not in head:
            head += self._more()
        head, _, body = head.partition(b"\r\n\r\n")
        length = re.search(rb"content-length: (\d+)", head, re.IGNORECASE)
        missing = (int(length[1]) if length and b" 304 " not in head[:20] else 0) - len(body)
        while missing > 0:
            missing -= len(self._more())
        if b"connection: close" in head.lower():
            self.connection.close()
            self.connection = None
        return head

    def _more(self) -> bytes:
        assert self.connection is not None
        data = self.connection.recv(1 << 18)
        if not data:
            raise OSError("the server hung up in the middle of an answer")
        return data


def rate(case: Case, seconds: float) -> float:
    """Requests per second that a few clients get answered."""
    counts, ends = [0] * CLIENTS, time.perf_counter() + seconds

    def work(number: int) -> None:
        client = Client(case)
        while time.perf_counter() < ends:
            client.ask()
            counts[number] += 1

    threads = [threading.Thread(target=work, args=(n,)) for n in range(CLIENTS)]
    started = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sum(counts) / (time.perf_counter() - started)


def serve(server: str, app: str, port: int) -> "subprocess.Popen[bytes]":
    """One server process with one of the two apps."""
    place = f"127.0.0.1:{port}"
    command = {
        "waitress": ["waitress", f"--listen={place}", "--threads=4", "--call", f"pages:{app}"],
        "gunicorn": ["gunicorn", "-b", place, "-w", "1", "--log-level", "error", f"pages:{app}()"],
    }[server]
    process = subprocess.Popen(
        [sys.executable, "-m", *command], cwd=Path(__file__).parent, env=os.environ | {"PYTHONPATH": str(ROOT)},
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    for _ in range(300):
        with socket.socket() as knock:
            if knock.connect_ex(("127.0.0.1", port)) == 0:
                return process
        time.sleep(0.1)
    raise SystemExit(f"{server} does not start")


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return int(s.getsockname()[1])


def fill() -> None:
    """The sample content, in a database of its own."""
    with ours().app_context():
        schema.upgrade()
        content.sync_all(settings().content_dir, datetime.now(UTC))
        db.session.commit()
        db.engine.dispose()


def measure(server: str, kept: str, others: Mapping[str, str], rounds: int, seconds: float) -> list[Case]:
    """A page that is kept in memory against a bare route, the same by its tag, and other addresses by name, all of one
    kind of server."""
    ports = free_port(), free_port()
    processes = [serve(server, app, port) for app, port in zip(("bare", "ours"), ports, strict=True)]
    try:
        page = Case(f"{kept}, kept", ports[1], kept, "≥ 0.7")
        tag = re.search(rb"etag: (\S+)", Client(page).ask(), re.IGNORECASE)
        assert tag
        same = Case("the same, 304", ports[1], kept, "≥ 0.4", tag[1].decode())
        cases = [Case("a bare Flask route", ports[0], "/"), page, same]
        cases += [Case(name, ports[1], path) for name, path in others.items()]
        for _ in range(rounds):
            for case in cases:
                case.rates.append(rate(case, seconds))
        return cases
    finally:
        for process in processes:
            process.terminate()
            process.wait(20)


def show(title: str, cases: Sequence[Case]) -> None:
    """Requests per second, and the ratio to the first of them."""
    base = statistics.median(cases[0].rates)
    print(f"{title:<44}{'requests/s':>12}{'ratio':>8}")
    for case in cases:
        found = statistics.median(case.rates)
        print(f"{case.name:<44}{found:>12,.0f}{found / base:>8.2f}   {case.target}")


def main() -> None:
    """Fill, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--server", choices=("waitress", "gunicorn"), default="waitress")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        os.environ[VAR] = folder
        fill()
        rounds, seconds = (2, 0.5) if given.quick else (7, 2)
        cases = measure(given.server, "/insights/every-instrument-is-wrong", {"/healthz": "/healthz"}, rounds, seconds)
    show(given.server, cases)


if __name__ == "__main__":
    main()
