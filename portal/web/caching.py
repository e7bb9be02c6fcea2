"""Public pages: rendered once, kept in memory, checked by one cheap query, and cached by anyone.

They never touch a session or a cookie. What they show changes with the content stamp, and at most a minute
after something became visible by time.
"""

import hashlib
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import ParamSpec

from flask import Response, current_app, make_response, request
from sqlalchemy import select

from portal.content import ContentStamp
from portal.db import db

KEPT = 512
SECONDS = 60
P = ParamSpec("P")
_VERSION = select(ContentStamp.version).where(ContentStamp.id == 1)


@dataclass(frozen=True, slots=True)
class _Kept:
    version: int
    until: float
    body: bytes
    etag: str
    mimetype: str


def public(view: Callable[P, str | Response]) -> Callable[P, Response]:
    """Serve a view's answer from memory while nothing that public pages show has changed; answer 304 by ETag."""

    @wraps(view)
    def cached(*args: P.args, **kwargs: P.kwargs) -> Response:
        kept: OrderedDict[tuple[str, bytes], _Kept] = current_app.extensions.setdefault("pages", OrderedDict())
        key = (request.path, request.query_string)
        with db.engine.connect() as connection:
            version = connection.execute(_VERSION).scalar() or 0
        found = kept.get(key)
        if found is None or found.version != version or found.until < time.monotonic():
            rendered = make_response(view(*args, **kwargs))
            if rendered.status_code != 200:
                return rendered
            found = _keep(kept, key, version, rendered)
        return _answer(found)

    return cached


def _keep(kept: OrderedDict[tuple[str, bytes], _Kept], key: tuple[str, bytes], version: int, new: Response) -> _Kept:
    body = new.get_data()
    etag = hashlib.sha256(body).hexdigest()[:20]
    found = _Kept(version, time.monotonic() + SECONDS, body, etag, new.content_type)
    kept[key] = found
    while len(kept) > KEPT:
        kept.popitem(last=False)
    return found


def _answer(found: _Kept) -> Response:
    if request.if_none_match.contains_weak(found.etag):
        response = Response(status=304)
    else:
        response = Response(found.body, content_type=found.mimetype)
    response.set_etag(found.etag)
    response.headers["Cache-Control"] = f"public, max-age={SECONDS}"
    return response
