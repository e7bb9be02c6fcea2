"""Security headers, whole and exact, on every kind of answer (W-11, W-14)."""

from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask

from portal.config import Config
from tests.conftest import make_config
from tests.pages import PageClient

CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; frame-src 'self'; form-action 'self'; base-uri 'none'; object-src 'none'; "
    "frame-ancestors 'none'"
)
EVERYWHERE = {
    "Content-Security-Policy": CSP,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), payment=(), usb=()",
}
HSTS = "max-age=63072000; includeSubDomains"
PATHS = [
    "/",
    "/join",
    "/sign-in",
    "/insights",
    "/newsletter",
    "/jobs",
    "/jobs.atom",
    "/nowhere",
    "/healthz",
    "/static/site.css",
    "/me",
]


@pytest.fixture
def secure(config: Config, tmp_path: Path, make_app: Callable[[Config], Flask]) -> PageClient:
    """A visitor of an instance that is served by https."""
    app = make_app(make_config(tmp_path, base_url="https://talent.example.org", trusted_hosts=""))
    app.config |= {"SERVER_NAME": "talent.example.org", "PREFERRED_URL_SCHEME": "https"}  # where the client goes
    client: PageClient = app.test_client()  # type: ignore[assignment]
    return client


@pytest.mark.parametrize("path", PATHS)
def test_every_answer_has_them_exactly(secure: PageClient, path: str) -> None:
    with secure.get(path) as answer:
        headers = answer.headers
    assert {name: headers.get(name) for name in EVERYWHERE} == EVERYWHERE
    assert headers["Strict-Transport-Security"] == HSTS
    assert len(headers["X-Request-Id"]) == 16
    assert "unsafe" not in headers["Content-Security-Policy"]
    assert "Server" not in headers


def test_without_https_there_is_no_hsts(client: PageClient) -> None:
    assert "Strict-Transport-Security" not in client.get("/").headers


@pytest.mark.parametrize("path", ["/", "/insights", "/newsletter", "/insights.atom", "/jobs", "/jobs.atom"])
def test_public_pages_may_be_kept_by_anyone_and_know_nobody(secure: PageClient, path: str) -> None:
    headers = secure.get(path).headers
    assert headers["Cache-Control"] == "public, max-age=60"
    assert headers["ETag"]
    assert "Set-Cookie" not in headers
    assert "Cookie" not in headers.get("Vary", "")


@pytest.mark.parametrize("path", ["/join", "/sign-in", "/me", "/nowhere", "/healthz"])
def test_everything_else_is_kept_by_nobody(secure: PageClient, path: str) -> None:
    assert secure.get(path).headers["Cache-Control"] == "no-store"


def test_cookies_are_bound_to_the_host(secure: PageClient) -> None:
    cookies = secure.get("/join").headers.getlist("Set-Cookie")
    assert cookies
    for cookie in cookies:
        assert cookie.startswith("__Host-")
        for part in ("Secure", "HttpOnly", "SameSite=Lax", "Path=/"):
            assert part in cookie, cookie
        assert "Domain" not in cookie


def test_another_host_is_refused(secure: PageClient) -> None:
    for ask in (secure.get, secure.post):
        answer = ask("/", headers={"Host": "evil.example", "Origin": "https://evil.example"})
        assert answer.status_code == 400
        assert b"evil.example" not in answer.data


def test_a_form_from_another_site_is_refused(secure: PageClient) -> None:
    for headers in (
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Origin": "https://evil.example"},
    ):
        answer = secure.post("/sign-in", data={"address": "a@example.org"}, headers=headers)
        assert answer.status_code == 403, headers
        assert "sent from another site" in answer.text
