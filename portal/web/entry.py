"""What the pages that let people in have in common: their limits, and the way in itself."""

from datetime import datetime, timedelta

from flask import redirect, request, session
from werkzeug import Response

from portal import sessions
from portal.web import access, browsers
from portal.web.requests import network_key, network_prefix
from portal.web.throttle import Limit, spend

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def limit(action: str, who: str, now: datetime) -> None:
    """Count one request that may lead to a mail: per address (or whatever `who` is), network, and in all (W-06).

    An office or a stand at a fair has one network, so that one is wider. Raises TooMany.
    """
    of = f"address {who}"
    spend(
        action,
        [
            Limit(of, 6, HOUR),
            Limit(of, 12, DAY),
            Limit(f"network {network_key()}", 40, HOUR),
            Limit("all", 3000, HOUR),
        ],
        now,
    )


def limit_codes(now: datetime) -> None:
    """Count one try at a code, beside the five that each link allows. Raises TooMany."""
    spend("code", [Limit(f"network {network_key()}", 40, HOUR), Limit("all", 3000, HOUR)], now)


def enter(member_id: int, to: str, now: datetime) -> Response:
    """Sign this browser in with a new session and send it on; the caller commits.

    What it held before is over: an earlier sign-in (7.2.4), and the form token of whoever sat here.
    """
    before = access.member_or_none()
    if before:
        sessions.end(before.id, now, only=access.current_session().id)
    token = sessions.start(member_id, browsers.kind(request.user_agent.string), network_prefix(), now)
    session.clear()
    response = redirect(to, 303)
    access.sign_in(response, token)
    return response
