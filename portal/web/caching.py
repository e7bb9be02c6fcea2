"""Public pages: rendered once, kept in memory, checked by one cheap query, and cached by anyone.

They never touch a session or a cookie, so a kept one is answered in front of Flask: what Flask and its
extensions do for a request costs several times as much as finding the page. What a page shows changes with the
content stamp, and at most a minute after something became visible by time.
"""

import hashlib
import secrets
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import wraps
from threading import Lock
from typing import TYPE_CHECKING, Any, ParamSpec

from flask import Flask, Response, current_app, make_response, request
from flask.typing import ResponseReturnValue

from portal.config import Config
from portal.db import db
from portal.web.language import negotiate

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

KEPT = 512
VARY = "Accept-Language"
SECONDS = 60
P = ParamSpec("P")
Key = tuple[str | None, ...]


@dataclass(frozen=True, slots=True)
class Page:
    """A page as it was rendered, under the content stamp of that moment."""

    version: int
    until: float
    route: str
    etag: str
    headers: list[tuple[str, str]]
    body: bytes


class Pages:
    """The kept pages of one process, around the app. Reading needs no lock."""

    def __init__(self, app: Flask, config: Config) -> None:
        self.app: WSGIApplication = app.wsgi_app
        self.log: Any = app.extensions["request_log"]
        age = 0 if config.demo else SECONDS  # in the demo the clock is moved, and browsers don't know
        self.cache_control = f"public, max-age={age}"
        self.language = config.language
        self.kept: dict[Key, Page] = {}
        self.lock = Lock()
        with app.app_context():
            self.engine = db.engine

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        started, method = time.perf_counter(), environ["REQUEST_METHOD"]
        page = self.kept.get(_key(environ, self.language)) if method in {"GET", "HEAD"} else None
        if page is None or page.until < time.time() or page.version != self.version():
            return self.app(environ, start_response)
        asked = environ.get("HTTP_IF_NONE_MATCH", "")
        unchanged = page.etag in asked or asked == "*"
        status = 304 if unchanged else 200
        id = secrets.token_hex(8)
        own = [("ETag", page.etag), ("Cache-Control", self.cache_control), ("Vary", VARY), ("X-Request-Id", id)]
        took = round((time.perf_counter() - started) * 1000, 1)
        self.log.info("request", request=id, method=method, route=page.route, status=status, ms=took)
        if unchanged:
            start_response("304 NOT MODIFIED", own)
            return []
        start_response("200 OK", page.headers + own)
        return [page.body] if method == "GET" else []

    def version(self) -> int | None:
        """The content stamp, asked of the driver itself, since SQLAlchemy's part would cost three times the query.

        None when the database does not answer: then nothing is kept, and the page itself finds out why.
        """
        raw = self.engine.raw_connection()
        try:
            cursor = raw.cursor()
            cursor.execute("SELECT version FROM content_stamp WHERE id = 1")
            row = cursor.fetchone()
        except self.engine.dialect.loaded_dbapi.Error:
            raw.invalidate()
            return None
        finally:
            raw.close()
        return int(row[0]) if row else None

    def keep(self, version: int, response: Response) -> None:
        """Keep the page that was just rendered. The oldest goes when there are too many."""
        body = response.get_data()
        headers = [("Content-Type", response.content_type), ("Content-Length", str(len(body)))]
        route = request.url_rule.rule if request.url_rule else "-"
        page = Page(version, time.time() + SECONDS, route, response.headers["ETag"], headers, body)
        key = _key(request.environ, self.language)
        with self.lock:
            self.kept.pop(key, None)
            self.kept[key] = page
            if len(self.kept) > KEPT:
                del self.kept[next(iter(self.kept))]


def _key(environ: "WSGIEnvironment", house: str) -> Key:
    """With the host: a page under a host that is not ours is never rendered, and so never found (W-15)."""
    spoken = negotiate(environ.get("HTTP_ACCEPT_LANGUAGE", ""), house)
    return environ.get("HTTP_HOST"), environ["PATH_INFO"], environ.get("QUERY_STRING"), spoken


def init_app(app: Flask, config: Config) -> None:
    """Stand in front of the app."""
    app.wsgi_app = app.extensions["pages"] = Pages(app, config)  # type: ignore[method-assign]


def public(view: Callable[P, ResponseReturnValue]) -> Callable[P, Response]:
    """Let anyone cache a view's page, keep it, and answer 304 by its ETag. For views that read no query."""
    return public_by()(view)


def public_by(*arguments: str) -> Callable[[Callable[P, ResponseReturnValue]], Callable[P, Response]]:
    """`public`, for a view that reads these arguments of the query: asked for with others, a page is not kept."""

    def decorate(view: Callable[P, ResponseReturnValue]) -> Callable[P, Response]:
        @wraps(view)
        def cached(*args: P.args, **kwargs: P.kwargs) -> Response:
            pages: Pages = current_app.extensions["pages"]
            version = pages.version()  # before the view reads, so that a change meanwhile is not missed
            response = make_response(view(*args, **kwargs))
            if response.status_code == 200:
                response.set_etag(hashlib.sha256(response.get_data()).hexdigest()[:20])
                response.headers["Cache-Control"] = pages.cache_control
                response.headers["Vary"] = VARY
                if version is not None and set(request.args) <= set(arguments):
                    pages.keep(version, response)
            response.make_conditional(request)
            return response

        return cached

    return decorate
