"""Who is asking, and may they? A guard per blueprint; wiring.py is the list, a test walks every route."""

import secrets
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from enum import Enum
from ipaddress import ip_address
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from flask import Blueprint, Flask, Request, abort, current_app, g, redirect, request, url_for
from flask_login import AnonymousUserMixin, LoginManager, UserMixin, current_user
from werkzeug import Response as AnyResponse

from portal import clock, sessions
from portal.config import settings
from portal.db import db
from portal.links import digest

if TYPE_CHECKING:  # for the types only: web never needs a slice to run, wiring hands the loaders over
    from portal.members.models import Member
    from portal.staff.models import Recruiter

Loader = Callable[[int], "Member | None"]
DeskLoader = Callable[[int], "Recruiter | None"]
Typed = Callable[[int, Mapping[str, Any], Mapping[str, str], datetime], None]
"""Keeps what a recruiter had typed when their session was over: their id, the address's arguments, the form, now."""
Used = Callable[[int, datetime], None]
ASKED_FOR = timedelta(days=1)


class Guard(Enum):
    """Who may come through a blueprint's door."""

    PUBLIC = "anyone; never touches a session"
    FORM = "anyone; has forms, so it keeps a cookie for them"
    TOKEN = "whoever holds the token in the address"
    MEMBER = "a signed-in member"
    DESK = "a signed-in recruiter; what their role may do there, each view says"
    MACHINE = "a machine in our own network that watches us"
    DEMO = "anyone, in the demo only"


class SignedIn(UserMixin):  # type: ignore[misc]  # Flask-Login has no types
    """A member with the session they came by."""

    def __init__(self, member: "Member", session: sessions.BrowserSession) -> None:
        self.member, self.session = member, session


class AtDesk(UserMixin):  # type: ignore[misc]  # Flask-Login has no types
    """A recruiter with the session they came by."""

    def __init__(self, recruiter: "Recruiter", session: sessions.DeskSession) -> None:
        self.recruiter, self.session = recruiter, session


def init_app(app: Flask, load_member: Loader, load_recruiter: DeskLoader, used: Used) -> None:
    """Teach Flask-Login to find people by session rows; nothing is ever put into its cookie.

    Under /desk it looks for recruiters and nowhere else, by a cookie of their own. `used` is told the id of a member
    who uses the pages that are only theirs, every `sessions.SEEN_EVERY`.

    Not by `manager.init_app`: that looks for a "remember me" after every request, which reads the session and
    so marks public pages `Vary: Cookie`, and nobody could cache them.
    """
    app.extensions["used"] = used
    app.login_manager = manager = LoginManager()  # type: ignore[attr-defined]

    def load(asked: Request) -> SignedIn | AtDesk | None:
        return at_desk(asked) if is_desk(asked.path) else signed_in(asked)

    def at_desk(asked: Request) -> AtDesk | None:
        token = asked.cookies.get(settings().cookie("desk"))
        session = sessions.find_desk(token) if token else None
        recruiter = load_recruiter(session.recruiter_id) if session and session.lives(clock.now()) else None
        return AtDesk(recruiter, session) if recruiter and session else None

    def signed_in(asked: Request) -> SignedIn | None:
        token = asked.cookies.get(settings().cookie("member"))
        session = sessions.find(token, clock.now()) if token else None
        member = load_member(session.member_id) if session else None
        return SignedIn(member, session) if member and session else None

    manager.request_loader(load)


def is_desk(path: str) -> bool:
    """Whether an address is one of the desk's."""
    return path == "/desk" or path.startswith("/desk/")


def guard(app: Flask, blueprint: Blueprint, who: Guard) -> None:
    """Register a blueprint behind its guard."""
    checks = {
        Guard.MEMBER: _members_only, Guard.DESK: _recruiters_only, Guard.DEMO: _demo_only, Guard.MACHINE: _inside_only,
    }  # fmt: skip
    if who in checks and not blueprint._got_registered_once:
        blueprint.before_request(checks[who])
    app.extensions.setdefault("guards", {})[blueprint.name] = who
    app.register_blueprint(blueprint)


def guard_of(blueprint: str | None) -> Guard:
    """Who may come through the door of a blueprint; anyone, where there is none (static files, unknown paths)."""
    guards: dict[str | None, Guard] = current_app.extensions["guards"]
    return guards.get(blueprint, Guard.PUBLIC)


def _members_only() -> AnyResponse | None:
    if not current_user.is_authenticated:
        if request.method != "GET":
            abort(401)
        return redirect(url_for("sign_in.ask", next=request.path))
    seen: sessions.BrowserSession = current_user.session
    now = clock.now()
    if now - seen.seen_at >= sessions.SEEN_EVERY:
        seen.seen_at = now
        current_app.extensions["used"](seen.member_id, now)
        db.session.commit()
    return None


def _recruiters_only() -> AnyResponse | None:
    if not isinstance(current_user._get_current_object(), AtDesk):
        if request.method != "GET":
            _keep_what_was_typed()
            abort(401)
        return redirect(url_for("desk_sign_in.ask", next=request.full_path.rstrip("?")))
    seen: sessions.DeskSession = current_user.session
    now = clock.now()
    if now - seen.seen_at >= sessions.SEEN_EVERY:
        seen.seen_at = now
        db.session.commit()
    return None


def _keep_what_was_typed() -> None:
    """A session may end while somebody writes. Their cookie still says who they are: not enough to let them in, but
    enough to keep their words for when they have signed in again."""
    keep = current_app.extensions["typed"].get(request.endpoint)
    token = request.cookies.get(settings().cookie("desk"))
    session = sessions.find_desk(token) if keep and token else None
    if session:
        keep(session.recruiter_id, request.view_args or {}, request.form, clock.now())
        db.session.commit()


def _inside_only() -> None:
    """Counts and states are nobody's business outside: for who comes from elsewhere they are not there."""
    if not ip_address(request.remote_addr or "0.0.0.0").is_private:  # noqa: S104  # a stand-in, not a listener
        abort(404)


def _demo_only() -> None:
    if not settings().demo:
        abort(404)


def current_member() -> "Member":
    """The signed-in member. Only behind Guard.MEMBER; elsewhere 401."""
    member = member_or_none()
    if member is None:
        abort(401)
    return member


def member_or_none() -> "Member | None":
    """The signed-in member, or None. Reads the cookie, so a page that asks must not be cached by others."""
    return current_user.member if isinstance(current_user._get_current_object(), SignedIn) else None


def current_session() -> sessions.BrowserSession:
    """The session row of this browser. Only behind Guard.MEMBER."""
    if not isinstance(current_user._get_current_object(), SignedIn):
        abort(401)
    session: sessions.BrowserSession = current_user.session
    return session


def ended_meanwhile() -> bool:
    """Whether this browser was signed in when the request began and is no longer: erased, or signed out elsewhere.
    Then it is nobody's from here on."""
    token = request.cookies.get(settings().cookie("member"))
    if not token or not current_user.is_authenticated or sessions.find(token, clock.now()):
        return False
    g._login_user = AnonymousUserMixin()
    return True


def sign_in(response: AnyResponse, token: str) -> None:
    """Give this browser the cookie of its new session row."""
    _cookie(response, "member", token, sessions.ABSOLUTE)


def sign_in_desk(response: AnyResponse, token: str) -> None:
    """The same at the desk. The cookie outlives the session, so that words typed too late find their owner."""
    _cookie(response, "desk", token, 2 * sessions.DESK_ABSOLUTE)


def sign_out(response: AnyResponse, name: str = "member") -> None:
    """Take the cookie back (`member` or `desk`); the caller ends the row."""
    response.delete_cookie(settings().cookie(name), secure=settings().secure, httponly=True, samesite="Lax")


def asker(response: AnyResponse, value: str) -> None:
    """Remember in this browser that it asked for a link (W-04)."""
    _cookie(response, "asked", value, ASKED_FOR)


def asker_value() -> str:
    """The value of that cookie, or a fresh one to set with `asker`."""
    return request.cookies.get(settings().cookie("asked")) or secrets.token_urlsafe(32)


def asked_here() -> bytes | None:
    """The hash of what marks this browser as the one that asked, if it did."""
    value = request.cookies.get(settings().cookie("asked"))
    return digest(value) if value else None


def _cookie(response: Any, name: str, value: str, age: timedelta) -> None:
    response.set_cookie(
        settings().cookie(name),
        value,
        max_age=age,
        secure=settings().secure,
        httponly=True,
        samesite="Lax",
        path="/",
    )


def safe_next(path: str | None, otherwise: str) -> str:
    """Where to go after signing in: a path of our own site, or the fallback (W-16)."""
    if not path or not path.startswith("/") or path.startswith(("//", "/\\")) or urlsplit(path).netloc:
        return otherwise
    return otherwise if any(ord(c) < 32 or c == "\\" for c in path) else path
