"""Security headers, the same on every response unless a page has a reason of its own (W-14)."""

from flask import Flask, Response

from portal.config import settings

CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; frame-src 'self'; form-action 'self'; base-uri 'none'; object-src 'none'; "
    "frame-ancestors 'none'"
)
MAIL_CSP = "default-src 'none'; style-src 'unsafe-inline'; img-src 'self' data:; sandbox; frame-ancestors 'self'"
"""For a mail shown inside a sandboxed frame: it has inline styles, as mail must, and may do nothing else."""

HEADERS = {
    "Content-Security-Policy": CSP,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), payment=(), usb=()",
    "Cache-Control": "no-store",
}
HSTS = "max-age=63072000; includeSubDomains"


def init_app(app: Flask) -> None:
    """Add the headers after each request."""
    app.after_request(_add)


def _add(response: Response) -> Response:
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    if settings().secure:
        response.headers["Strict-Transport-Security"] = HSTS
    return response


def mail_frame(html: str) -> Response:
    """A mail as a page of its own, to stand in `<iframe sandbox>`: `srcdoc` would inherit our CSP."""
    return Response(html, mimetype="text/html", headers={"Content-Security-Policy": MAIL_CSP})
