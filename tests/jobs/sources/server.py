"""A web server of ours on this machine that plays a vendor's: it answers what a test says, and writes down who asked."""

import gzip
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

ANSWERS = Path(__file__).parent.parent / "answers"


@dataclass
class Reply:
    """What is answered. `length`: another Content-Length than the true one. `pieces`: the body, bit by bit."""

    body: bytes = b""
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    length: int | None = None
    pieces: Callable[[], Iterator[bytes]] | None = None


def recorded(name: str, kind: str = "application/json", put: Mapping[str, str] | None = None, **headers: str) -> Reply:
    """An answer in a vendor's shape, out of tests/jobs/answers. `put`: words in it and what stands in their place."""
    text = (ANSWERS / name).read_text()
    for word, other in (put or {}).items():
        text = text.replace(word, other)
    return Reply(text.encode(), headers={"Content-Type": kind, **headers})


def zipped(reply: Reply) -> Reply:
    """The same, packed."""
    return Reply(gzip.compress(reply.body), reply.status, {**reply.headers, "Content-Encoding": "gzip"})


class Vendor:
    """The server: `says["/path"]` is a reply, or several of which the last one stays. `asked`: who came, in order."""

    def __init__(self) -> None:
        self.says: dict[str, Reply | list[Reply]] = {}
        self.asked: list[tuple[str, Mapping[str, str]]] = []
        vendor = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                vendor.asked.append((self.path, dict(self.headers)))
                self._send(vendor.reply(urlsplit(self.path).path, self.headers))

            def _send(self, reply: Reply) -> None:
                self.send_response(reply.status)
                for name, value in reply.headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(reply.body) if reply.length is None else reply.length))
                self.send_header("Connection", "close")
                self.end_headers()
                self.close_connection = True
                try:
                    for piece in reply.pieces() if reply.pieces else [reply.body]:
                        self.wfile.write(piece)
                except OSError:
                    return  # whoever asked has had enough

            def log_message(self, *_: Any) -> None:
                """Quiet."""

        self.http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.port: int = self.http.server_address[1]

    @property
    def url(self) -> str:
        """Where it is."""
        return f"http://127.0.0.1:{self.port}"

    def reply(self, path: str, headers: Any) -> Reply:
        """What to answer now."""
        said = self.says.get(path, Reply(b"nothing here", 404))
        one = said if isinstance(said, Reply) else said.pop(0) if len(said) > 1 else said[0]
        etag = one.headers.get("ETag")
        return Reply(status=304) if etag and headers.get("If-None-Match") == etag else one


@contextmanager
def running() -> Iterator[Vendor]:
    """A vendor's server, until the end."""
    vendor = Vendor()
    thread = threading.Thread(target=vendor.http.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield vendor
    finally:
        vendor.http.shutdown()
        vendor.http.server_close()
        thread.join()
