"""The client that checks every page a test fetches: quality rules that cost no further tests."""

from contextvars import Context
from html.parser import HTMLParser
from typing import Any

from flask.testing import FlaskClient
from sqlalchemy import event
from sqlalchemy.engine import Engine

from portal.web.headers import CSP, DESK_MAIL_CSP, MAIL_CSP, PAGE_CSP

MOST_STATEMENTS = 15
MORE = "tests.most_statements"
"""The name in a request's environ of another limit: for saving a whole page of changes at once, and nothing else."""
LOADS = {"img": "src", "script": "src", "iframe": "src", "link": "href", "use": "href", "source": "src", "video": "src"}
"""What a browser fetches by itself."""
VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}


class Page(HTMLParser):
    """A page's structure, and what is wrong with it."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.problems: list[str] = []
        self.open: list[str] = []
        self.count: dict[str, int] = {}
        self.ids: list[str] = []
        self.labels: set[str] = set()
        self.controls: list[dict[str, str | None]] = []
        self.title = self.lang = ""
        self.whole = html.lstrip().lower().startswith("<!doctype")
        self.feed(html)
        self.close()
        self._judge()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        a = dict(attrs)
        self.count[tag] = self.count.get(tag, 0) + 1
        if "style" in a or any(k.startswith("on") for k in a):
            self.problems.append(f"<{tag}> has an inline style or script")
        if tag == "script" and not a.get("src") and a.get("type") != "application/ld+json":  # data, which never runs
            self.problems.append("an inline script")
        named_only = a.get("rel") in {"canonical", "alternate"}
        if tag in LOADS and not named_only and not (a.get(LOADS[tag]) or "/").startswith("/"):
            self.problems.append(f"<{tag}> loads {a.get(LOADS[tag])} from elsewhere (P10)")
        if tag == "html":
            self.lang = a.get("lang") or ""
        if a.get("id"):
            self.ids.append(a["id"] or "")
        if tag == "img" and "alt" not in a:
            self.problems.append("an image without alt")
        if tag == "label" and a.get("for"):
            self.labels.add(a["for"] or "")
        inside_label = "label" in self.open
        if tag in {"input", "select", "textarea"} and a.get("type") not in {"hidden", "submit", "button"}:
            self.controls.append(a | {"inside": "yes" if inside_label else None})
        if tag not in VOID and not self.get_starttag_text().endswith("/>"):  # type: ignore[union-attr]
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag in VOID:
            return
        if not self.open or self.open[-1] != tag:
            self.problems.append(f"</{tag}> closes {self.open[-3:]}")
            if tag in self.open:
                while self.open.pop() != tag:
                    pass
            return
        self.open.pop()

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1] == "title" and "svg" not in self.open:
            self.title += data

    def _judge(self) -> None:
        if self.whole:
            self._judge_whole()
        if self.open:
            self.problems.append(f"left open: {self.open}")
        for id_ in {i for i in self.ids if self.ids.count(i) > 1}:
            self.problems.append(f"id {id_} is there twice")
        for c in self.controls:
            if not (c.get("inside") or c.get("id") in self.labels or c.get("aria-label")):
                self.problems.append(f"control {c.get('name')} has no label")

    def _judge_whole(self) -> None:
        if not self.title.strip():
            self.problems.append("no title")
        if not self.lang:
            self.problems.append("no language")
        if self.count.get("h1") != 1:
            self.problems.append(f"{self.count.get('h1', 0)} h1")
        if self.count.get("main") != 1:
            self.problems.append(f"{self.count.get('main', 0)} main")


class PageClient(FlaskClient):
    """Flask's test client, which also looks at what it fetched.

    Each request runs in a context of its own, as on a server: not in the test's, whose database session and whose
    idea of who is signed in it would else share.
    """

    def open(self, *args: Any, **kwargs: Any) -> Any:
        statements: list[str] = []

        def count(_c: Any, _cursor: Any, statement: str, *_: Any) -> None:
            if not statement.startswith("PRAGMA"):
                statements.append(statement)

        event.listen(Engine, "before_cursor_execute", count)
        try:
            response = Context().run(super().open, *args, **kwargs)
        finally:
            event.remove(Engine, "before_cursor_execute", count)
        listing = "\n".join(statements)
        most = (kwargs.get("environ_base") or {}).get(MORE, MOST_STATEMENTS)
        assert len(statements) <= most, f"{len(statements)} SQL statements:\n{listing}"
        policy = response.headers.get("Content-Security-Policy")
        assert policy in {CSP, DESK_MAIL_CSP, MAIL_CSP, PAGE_CSP}, policy
        if response.mimetype == "text/html" and policy == CSP and response.data and response.status_code != 304:
            html = response.get_data(as_text=True)
            if not 300 <= response.status_code < 400:
                page = Page(html)
                problems = page.problems
                assert page.whole or response.request.headers.get("HX-Request"), "not a whole page"
                assert not problems, f"{response.request.path}: {problems}"
        return response
