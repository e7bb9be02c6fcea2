"""Security headers, the same on every response unless a page has a reason of its own (W-14)."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from flask import Flask, Response

from portal.config import Config

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; frame-src 'self'; form-action 'self'; base-uri 'none'; object-src 'none'; "
    "frame-ancestors 'none'"
)
MAIL_CSP = "default-src 'none'; style-src 'unsafe-inline'; img-src 'self' data:; sandbox; frame-ancestors 'self'"
"""For a mail shown inside a sandboxed frame: it has inline styles, as mail must, and may do nothing else."""
DESK_MAIL_CSP = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src 'self' data:; form-action 'none'; base-uri 'none'; "
    "sandbox allow-same-origin; frame-ancestors 'self'"
)
"""The same at the desk, where the page around it keeps the place to which somebody had read."""
PAGE_CSP = (
    "default-src 'none'; style-src 'self'; img-src 'self' data:; font-src 'self'; form-action 'none'; "
    "base-uri 'none'; frame-ancestors 'self'"
)
"""For a page of ours shown inside a frame of the desk: it looks as it will, and nothing in it does anything."""

HEADERS = {
    "Content-Security-Policy": CSP,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), payment=(), usb=()",
    "Cache-Control": "no-store",
}
HSTS = "max-age=63072000; includeSubDomains"


class _Adding:
    """Around the whole app, so that no answer gets out without them. As plain pairs, since setting them one by
    one on each response costs as much as the rest of a kept page."""

    def __init__(self, app: "WSGIApplication", config: Config) -> None:
        self.app = app
        fixed = HEADERS | ({"Strict-Transport-Security": HSTS} if config.secure else {})
        self.fixed = [(name.lower(), (name, value)) for name, value in fixed.items()]

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        def start(status: str, headers: list[tuple[str, str]], exc_info: Any = None) -> Any:
            given = {name.lower() for name, _ in headers}
            missing = [pair for name, pair in self.fixed if name not in given]
            return start_response(status, headers + missing, exc_info)

        return self.app(environ, start)


def init_app(app: Flask, config: Config) -> None:
    """Add the headers to everything that leaves the app."""
    app.wsgi_app = _Adding(app.wsgi_app, config)  # type: ignore[method-assign]


def mail_frame(html: str, policy: str = MAIL_CSP) -> Response:
    """A mail as a page of its own, to stand in `<iframe sandbox>`: `srcdoc` would inherit our CSP."""
    return Response(html, mimetype="text/html", headers={"Content-Security-Policy": policy})


def page_frame(html: str) -> Response:
    """One of our pages, not public yet, to stand in a frame of the desk."""
    return Response(html, mimetype="text/html", headers={"Content-Security-Policy": PAGE_CSP})
