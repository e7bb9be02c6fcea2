"""What every request gets: an id in its log lines, one line when it ends, and a check that a form was sent
from our own pages."""

import secrets
import time
from ipaddress import IPv6Address, ip_address, ip_network
from urllib.parse import urlsplit

import structlog
from flask import Flask, Request, Response, abort, current_app, g, request
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface

from portal import logs
from portal.config import Config
from portal.languages import gettext as _

SAFE = {"GET", "HEAD", "OPTIONS"}
ANYWHERE: set[str] = {"leave.act", "leave.tell"}
"""Endpoints that other machines post to: no cookie, no Origin, no CSRF token (E-13). A test lists them."""

LARGE = {
    "restore.bring": 2 * 1024 * 1024 + 64 * 1024,
    "desk_media.add": 6 * 1024 * 1024,
}
"""Endpoints to which more may be sent than to others, in bytes; editors add theirs."""


class _Sessions(SecureCookieSessionInterface):
    """Flask's own, which makes a serializer before it looks whether there is a cookie to read."""

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession | None:
        if self.get_cookie_name(app) not in request.cookies:
            return self.session_class()
        return super().open_session(app, request)


def init_app(app: Flask, config: Config) -> None:
    """Hook in before everything else, so that every refusal is logged with an id too."""
    app.session_interface = _Sessions()
    app.extensions["request_log"] = logs.direct("portal.request", config.log_json)
    app.before_request(_begin)
    app.before_request(_same_origin)
    app.after_request(_finish)


def _begin() -> None:
    g.started = time.perf_counter()
    g.request_id = secrets.token_hex(8)
    if request.endpoint in LARGE:
        request.max_content_length = request.max_form_memory_size = LARGE[request.endpoint]
    structlog.contextvars.clear_contextvars()
    structlog.contextvars.bind_contextvars(request=g.request_id)


def _same_origin() -> None:
    """Refuse what another site sends with our visitor's cookies (W-13), beside the token in each form."""
    if request.method in SAFE or request.endpoint in ANYWHERE or request.routing_exception is not None:
        return
    site, origin = request.headers.get("Sec-Fetch-Site"), request.headers.get("Origin")
    if site is not None and site not in {"same-origin", "none"}:
        abort(403, _("This form was sent from another site. Open our page and send it from there."))
    if site is None and origin not in {None, "null"} and urlsplit(origin).netloc != request.host:
        abort(403, _("This form was sent from another site. Open our page and send it from there."))


def _finish(response: Response) -> Response:
    response.headers["X-Request-Id"] = g.request_id
    rule = request.url_rule.rule if request.url_rule else "-"
    if rule != "/static/<path:filename>":
        took = round((time.perf_counter() - g.started) * 1000, 1)
        log = current_app.extensions["request_log"]
        log.info("request", method=request.method, route=rule, status=response.status_code, ms=took)
    return response


def network_key() -> str:
    """Whom a rate limit means: one IPv4 address, or one IPv6 /64, which is what one person holds (W-06)."""
    address = ip_address(request.remote_addr or "0.0.0.0")  # noqa: S104  # a stand-in, not a listener
    if isinstance(address, IPv6Address) and address.ipv4_mapped:
        address = address.ipv4_mapped
    return str(ip_network((address, 64 if address.version == 6 else 32), strict=False))


def network_prefix() -> str:
    """What a consent record keeps of where it came from: /24 or /48, not the address itself."""
    network = ip_network(network_key())
    return str(network.supernet(new_prefix=24 if network.version == 4 else 48))
