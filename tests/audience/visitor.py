"""Somebody at a browser: keeps cookies, fills in forms as they stand on the page, and checks each page on the way.

Each request runs in a context of its own, as on a server: not in the test's, whose database session and whose idea of
who is signed in it would otherwise share.
"""

from collections.abc import Callable, Mapping, Sequence
from contextvars import Context
from dataclasses import dataclass, field
from datetime import datetime
from html.parser import HTMLParser
from typing import Any

from flask import Flask
from werkzeug.datastructures import MultiDict
from werkzeug.test import TestResponse

from portal import sessions
from portal.config import settings
from portal.db import db
from portal.members.models import Member

Fields = Mapping[str, str | Sequence[str]]


@dataclass
class Form:
    """A form of a page, with what a browser would send if nothing were touched."""

    action: str
    method: str = "get"
    data: MultiDict[str, str] = field(default_factory=MultiDict)
    offered: MultiDict[str, str] = field(default_factory=MultiDict)


class _Forms(HTMLParser):
    def __init__(self, html: str, path: str) -> None:
        super().__init__()
        self.path, self.forms, self.select, self.area = path, list[Form](), "", ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        a = {key: value or "" for key, value in attrs}
        if tag == "form":
            self.forms.append(Form(a.get("action") or self.path, a.get("method", "get").lower()))
        if not self.forms:
            return
        if tag == "select":
            self.select = a["name"]
        name = self.select if tag == "option" else a.get("name", "")
        if tag == "textarea":
            self.area = name
            self.forms[-1].data.add(name, "")
        if tag not in {"input", "option", "button"} or not name:
            return
        self.forms[-1].offered.add(name, a.get("value", ""))
        ticked = "checked" in a if a.get("type") in {"checkbox", "radio"} else tag == "input" or "selected" in a
        if ticked:
            self.forms[-1].data.add(name, a.get("value", "on"))

    def handle_data(self, data: str) -> None:
        if self.area:  # after its tag comes a line break that does not count
            self.forms[-1].data[self.area] += data.removeprefix("\r\n").removeprefix("\n")

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea":
            self.area = ""


class Visitor:
    """A browser. `open` is what others call; `cookies=False` forgets every cookie at once."""

    def __init__(self, app: Flask, cookies: bool = True) -> None:
        self.client = app.test_client(use_cookies=cookies)
        self.base = settings().base_url

    def open(self, path: str, method: str = "GET", **kwargs: Any) -> TestResponse:
        ask: Callable[..., TestResponse] = self.client.open
        try:
            return Context().run(ask, path, method=method, base_url=self.base, **kwargs)
        finally:
            db.session.rollback()  # so that the test sees what the request committed, and only that

    def get(self, path: str, **kwargs: Any) -> TestResponse:
        return self.open(path, **kwargs)

    def post(self, path: str, **kwargs: Any) -> TestResponse:
        return self.open(path, "POST", **kwargs)

    def form(self, path: str, which: int = -1) -> Form:
        """A form that posts on the page at `path`; the last one unless told otherwise."""
        return forms(self.get(path))[which]

    def send(self, form: Form, changes: Fields | None = None, **kwargs: Any) -> TestResponse:
        """Send a form, with these fields filled in differently; an empty list sends none of that name."""
        data = form.data.copy()
        for name, value in (changes or {}).items():
            data.setlist(name, [value] if isinstance(value, str) else list(value))
        return self.post(form.action, data=data, **kwargs)


def forms(page: TestResponse) -> list[Form]:
    """The forms that post in the main part of a page."""
    main = page.text.split("<main", 1)[-1].split("</main", 1)[0]
    return [form for form in _Forms(main, page.request.path).forms if form.method == "post"]


def signed_in(app: Flask, member: Member, now: datetime) -> Visitor:
    """A browser in which a member has signed in."""
    visitor = Visitor(app)
    token = sessions.start(member.id, "Firefox", "192.0.2.0/24", now)
    visitor.client.set_cookie(settings().cookie("member"), token, domain=settings().host, secure=settings().secure)
    db.session.commit()
    return visitor
