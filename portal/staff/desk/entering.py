"""What every way in has in common: the limits, where it leads, the session itself."""

from datetime import datetime, timedelta

from flask import redirect, request, session
from werkzeug import Response

from portal import sessions
from portal.db import db
from portal.staff.actions import sign_in
from portal.staff.actions.audit import note
from portal.staff.models import Recruiter
from portal.web import access, browsers
from portal.web.desk import current_desk_session, recruiter_or_none
from portal.web.requests import network_key, network_prefix
from portal.web.throttle import Limit, TooMany, spend

HOME = "/desk"
MAX_PATH = 500
QUARTER, HOUR, DAY = timedelta(minutes=15), timedelta(hours=1), timedelta(days=1)


def leads_to(path: str | None) -> str:
    """Where to go after this: a page of the desk that is not one of signing in, else its first (W-16)."""
    path = access.safe_next(path if path and len(path) <= MAX_PATH else None, HOME)
    plain = path.partition("?")[0]
    return HOME if not access.is_desk(plain) or plain.startswith(("/desk/sign-", "/desk/prove")) else path


def count(action: str, address_key: str, now: datetime) -> None:
    """Count a try at a password or a code: per address from here, per address, per network, in all (W-06).

    Somebody elsewhere who tries an address often cannot easily keep its owner out: from here there are tries of one's
    own. Raises TooMany, after the first of an hour has been written down.
    """
    here = network_key()
    limits = [
        Limit(f"address {address_key} at {here}", 10, QUARTER),
        Limit(f"address {address_key}", 100, DAY),
        Limit(f"network {here}", 60, HOUR),
        Limit("all", 2000, HOUR),
    ]
    try:
        spend(action, limits, now)
    except TooMany:
        if _first(f"{action} locked", address_key, now):
            sign_in.locked(address_key, now)
            db.session.commit()
        raise


def _first(action: str, address_key: str, now: datetime) -> bool:
    try:
        spend(action, [Limit(f"address {address_key}", 1, HOUR)], now)
    except TooMany:
        return False
    return True


def enter(recruiter: Recruiter, way: str, to: str, now: datetime, by: str | None = None) -> Response:
    """Sign this browser in with a new session and send it on; the caller commits.

    What it held before is over: an earlier sign-in (7.2.4), and the form token of whoever sat here.
    """
    response = redirect(to, 303)
    start(response, recruiter, way, now, by)
    return response


def start(response: Response, recruiter: Recruiter, way: str, now: datetime, by: str | None = None) -> None:
    """The same, with whatever answer there is."""
    end_here(now)
    token = sessions.start_desk(recruiter.id, browsers.kind(request.user_agent.string), network_prefix(), way, now)
    note(recruiter, "sign_in", "recruiter", recruiter.id, now, way=way, by=by)
    session.clear()
    access.sign_in_desk(response, token)


def end_here(now: datetime) -> Recruiter | None:
    """End this browser's session, if it has one. Returns whose it was."""
    before = recruiter_or_none()
    if before:
        sessions.end_desk(before.id, now, only=current_desk_session().id)
    return before
