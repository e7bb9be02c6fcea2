"""The demo's door to the desk: sign in as one of four, without a password. Refused everywhere else."""

from flask import Blueprint, abort, redirect, render_template, request, session
from werkzeug import Response

from portal import clock, sessions
from portal.db import db
from portal.demo.actions.staff import seats
from portal.staff.actions.audit import note
from portal.web import access, browsers
from portal.web.requests import network_prefix

bp = Blueprint("demo_desk", __name__, url_prefix="/dev/desk", template_folder="templates")


@bp.get("")
def choose() -> str:
    """Four people, and what each may do."""
    return render_template("demo/desk.html", seats=seats())


@bp.post("")
def enter() -> Response:
    """Sign in as the one whose button was pressed, and begin at the desk's first page."""
    now, wanted = clock.now(), request.form.get("as", "")
    recruiter = next((one for one in seats() if str(one.id) == wanted), None) or abort(404)
    token = sessions.start_desk(recruiter.id, browsers.kind(request.user_agent.string), network_prefix(), "demo", now)
    note(recruiter, "sign_in", "recruiter", recruiter.id, now, way="demo")
    db.session.commit()
    session.clear()
    response = redirect(access.safe_next(request.form.get("next"), "/desk"), 303)
    access.sign_in_desk(response, token)
    return response
