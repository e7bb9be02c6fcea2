"""To the company's identity provider and back: to sign in, or to show anew who one is."""

from datetime import datetime
from typing import Any

import structlog
from flask import Blueprint, abort, flash, redirect, request, session, url_for
from werkzeug import Response

from portal import clock, links
from portal.config import settings
from portal.db import db
from portal.languages import gettext as _
from portal.staff.actions import company as acting
from portal.staff.actions.audit import note
from portal.staff.actions.people import StaffError
from portal.staff.desk import entering
from portal.staff.desk.sign_in import proved
from portal.staff.queries.company import company
from portal.web.desk import recruiter_or_none
from portal.web.requests import network_key
from portal.web.throttle import Limit, spend

bp = Blueprint("desk_company", __name__, url_prefix="/desk/sign-in/company", template_folder="../templates")
log = structlog.get_logger(__name__)
AWAY = "away"
"""In the form cookie, which is signed: with what this browser was sent to the provider, when, and what for."""


def _client() -> Any:
    from portal.staff.actions import provider  # only where it is set up: it needs an extra

    config = settings()
    back = links.absolute(url_for("desk_company.back"))
    return provider.Client(
        config.oidc_issuer, config.oidc_client_id, config.oidc_client_secret.get_secret_value(), back
    )


@bp.get("")
def begin() -> Response:
    """Send the browser there. `again`: they are to sign in there anew."""
    if not company():
        abort(404)
    from portal.staff.actions import provider

    now, again = clock.now(), "again" in request.args
    spend(
        "desk-company", [Limit(f"network {network_key()}", 60, entering.HOUR), Limit("all", 2000, entering.HOUR)], now
    )
    asked, to = provider.ask(), entering.leads_to(request.args.get("next"))
    try:
        there = provider.address(_client(), asked, again)
    except provider.ProviderError as error:
        return _failed(error, to)
    session[AWAY] = [asked.state, asked.nonce, asked.verifier, now.isoformat(), to, again]
    return redirect(there, 302)


@bp.get("/back")
def back() -> Response:
    """They are back: check what the provider says, and let in whom it lets in."""
    if not company():
        abort(404)
    from portal.staff.actions import provider

    now, away = clock.now(), session.pop(AWAY, None)
    if not away or request.args.get("state") != away[0] or now - datetime.fromisoformat(away[3]) > entering.QUARTER:
        flash(_("That took too long, or began in another browser. Please try again."), "warn")
        return redirect(url_for("desk_sign_in.ask"), 303)
    asked, since, to, again = provider.Asked(*away[:3]), datetime.fromisoformat(away[3]), away[4], away[5]
    if "code" not in request.args:
        flash(_("You did not sign in with your company account, so nothing has happened."), "info")
        return redirect(url_for("desk_sign_in.prove" if again else "desk_sign_in.ask", next=to), 303)
    try:
        said = provider.claims(_client(), asked, request.args["code"], now, since if again else None)
    except provider.ProviderError as error:
        return _failed(error, to)
    return _prove(said, to, now) if again else _enter(said, to, now)


def _failed(error: Exception, to: str) -> Response:
    log.warning("the identity provider: %s", error)
    note(None, "sign_in.wrong", "recruiter", "-", clock.now(), what="company")
    db.session.commit()
    flash(_("Your company's sign-in does not answer as it should. Try again, or use your password and code."), "warn")
    return redirect(url_for("desk_sign_in.ask", next=to), 303)


def _enter(said: dict[str, Any], to: str, now: datetime) -> Response:
    try:
        recruiter = acting.let_in(settings().oidc_issuer, said, now)
    except StaffError as error:
        db.session.rollback()
        note(None, "sign_in.wrong", "recruiter", "-", now, what="company")
        db.session.commit()
        flash(str(error), "warn")
        return redirect(url_for("desk_sign_in.ask"), 303)
    response = entering.enter(recruiter, "oidc", to, now)
    db.session.commit()
    return response


def _prove(said: dict[str, Any], to: str, now: datetime) -> Response:
    me = recruiter_or_none()
    if me is None or me.subject != acting.subject(settings().oidc_issuer, said):
        flash(_("That was another account than the one you are signed in with."), "warn")
        return redirect(url_for("desk_sign_in.prove", next=to), 303)
    return proved(me, "oidc", to, now)
