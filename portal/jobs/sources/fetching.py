"""Asking a board for its list: never longer, larger or elsewhere than we agreed to."""

import time
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from urllib.parse import SplitResult, urlsplit

import httpx

from portal.jobs.sources import network
from portal.jobs.sources.document import Document
from portal.jobs.sources.found import Problem

MOST_BYTES = 20 * 1024 * 1024
CONNECT_SECONDS = 10
WHOLE_SECONDS = 90
"""For one document with everything: a server that sends a byte a second is never late by itself."""
TRIES = 3
LONGEST_PAUSE = 30
_AGAIN = {"down", "slow", "busy"}


@dataclass
class Asker:
    """Asks for documents over HTTP. `local`: may this machine be asked too (demo and development). `agent`: who we are.
    `resolve` and `pause` are the machine's own but in tests."""

    local: bool
    agent: str
    resolve: network.Resolve = network.system
    pause: Callable[[float], None] = time.sleep
    client: httpx.Client = field(init=False)

    def __post_init__(self) -> None:
        # trust_env: no proxy and no password from the environment may answer or sign for us.
        self.client = httpx.Client(follow_redirects=False, trust_env=False)

    def __enter__(self) -> "Asker":
        return self

    def __exit__(self, *_: object) -> None:
        self.client.close()

    def get(
        self, url: str, accept: str, seconds: float, known: tuple[str | None, str | None] = (None, None)
    ) -> Document | None:
        """A document; None if it is still the one that is `known` by its ETag and Last-Modified. Raises Problem, after
        some tries where that may help. `seconds`: how long the server may think."""
        headers = {"Accept": accept, "Accept-Encoding": "gzip", "User-Agent": self.agent}
        headers |= {k: v for k, v in zip(("If-None-Match", "If-Modified-Since"), known, strict=True) if v}
        for attempt in range(1, TRIES + 1):
            try:
                return self._once(url, headers, seconds)
            except Problem as problem:
                if problem.key not in _AGAIN or attempt == TRIES:
                    raise
                self.pause(_pause(problem, attempt))
        raise AssertionError  # the last try returns or raises

    def _once(self, url: str, headers: dict[str, str], seconds: float) -> Document | None:
        parts = _checked(url, self.local)
        host, port = parts.hostname or "", parts.port or (443 if parts.scheme == "https" else 80)
        address = network.allowed(host, port, self.local, self.resolve)
        where = parts._replace(netloc=f"[{address}]:{port}" if ":" in address else f"{address}:{port}", fragment="")
        request = self.client.build_request(
            "GET", where.geturl(), headers=headers | {"Host": parts.netloc}, extensions={"sni_hostname": host},
            timeout=httpx.Timeout(seconds, connect=CONNECT_SECONDS),
        )  # fmt: skip
        with _in_words():
            response = self.client.send(request, stream=True)
        try:
            return None if response.status_code == 304 else _document(response, url)
        finally:
            response.close()


def _checked(url: str, local: bool) -> SplitResult:
    try:
        parts = urlsplit(url)
        fine = parts.scheme in ({"https", "http"} if local else {"https"}) and parts.hostname and parts.port != 0
    except ValueError:
        fine = False
    if not fine or "@" in parts.netloc:
        raise Problem("address", url)
    return parts


def _document(response: httpx.Response, url: str) -> Document:
    status = response.status_code
    if status in {404, 410}:
        raise Problem("gone")
    if 300 <= status < 400:
        raise Problem("redirect", response.headers.get("location", "")[:200])
    if status == 429 or status >= 500:
        raise Problem("busy", response.headers.get("retry-after", "") if status == 429 else status)
    if status != 200:
        raise Problem("status", status)
    with _in_words("half"):
        data = _read(response)
    said = response.headers
    return Document(url, data, said.get("content-type", ""), said.get("etag"), said.get("last-modified"))


def _read(response: httpx.Response) -> bytes:
    """The body, unpacked as it comes: what is packed small may be huge."""
    packed, until = response.headers.get("content-encoding", "identity").lower(), time.monotonic() + WHOLE_SECONDS
    if packed not in {"identity", "gzip", "x-gzip"}:
        raise Problem("shape")
    unpack = zlib.decompressobj(zlib.MAX_WBITS | 16) if packed != "identity" else None
    data = bytearray()
    for chunk in response.iter_raw():
        data += unpack.decompress(chunk, MOST_BYTES + 1 - len(data)) if unpack else chunk
        if len(data) > MOST_BYTES:
            raise Problem("too_big", MOST_BYTES // 1024 // 1024)
        if time.monotonic() > until:
            raise Problem("slow", WHOLE_SECONDS)
    if unpack and not unpack.eof:
        raise Problem("half")
    return bytes(data)


@contextmanager
def _in_words(broken: str = "down") -> Iterator[None]:
    """What the network does to us as a Problem. `broken`: what it is when the connection ends."""
    try:
        yield
    except httpx.TimeoutException:
        raise Problem("slow") from None
    except zlib.error:
        raise Problem("half") from None
    except httpx.HTTPError:
        raise Problem(broken) from None


def _pause(problem: Problem, attempt: int) -> float:
    """How long to wait: as long as we are asked to, within reason, or twice as long as before."""
    asked = problem.detail if problem.detail.isascii() and problem.detail.isdecimal() else ""
    return min(int(asked), LONGEST_PAUSE) if asked and int(asked) < 400 else 2.0 ** (attempt - 1)
