"""Signing in at the desk, proving again who one is, signing out."""

from datetime import datetime

from flask import Blueprint, current_app, flash, redirect, render_template, request, session, url_for
from werkzeug import Response

from portal import clock, sessions
from portal.db import db
from portal.languages import gettext as _
from portal.staff.actions import second_factor, sign_in
from portal.staff.actions.audit import note
from portal.staff.desk import entering
from portal.staff.forms.sign_in import CodeForm, ProveForm, SignInForm
from portal.staff.models import Recruiter
from portal.staff.queries import by_id
from portal.staff.queries.addresses import parse
from portal.staff.queries.company import company
from portal.web import access
from portal.web.desk import current_desk_session, recruiter_or_none

bp = Blueprint("desk_sign_in", __name__, url_prefix="/desk", template_folder="../templates")
HALF = "half"
"""In the form cookie, which is signed: whose password was right, when, and where they want to go."""
Page = str | Response | tuple[str, int]


@bp.route("/sign-in", methods=["GET", "POST"])
def ask() -> Page:
    """Address and password; the answer is the same whether or not we know the address (W-05)."""
    to = entering.leads_to(request.values.get("next"))
    if request.method == "GET" and recruiter_or_none():
        return redirect(to, 303)
    form = SignInForm()
    if form.validate_on_submit():
        now, key = clock.now(), (parse(form.address.data or "") or ("", "-"))[1]
        entering.count("desk-password", key, now)
        recruiter = sign_in.by_password(key, form.password.data or "")
        if recruiter:
            db.session.commit()
            session[HALF] = [recruiter.id, sign_in.mark(recruiter), now.isoformat(), to]
            return redirect(url_for("desk_sign_in.code"), 303)
        sign_in.wrong(key, "password", now)
        db.session.commit()
        form.form_errors.append(_("Address and password do not go together. Look at both, then try again."))
    form.next.data = to
    page = render_template("staff/sign_in.html", form=form, company=company(), to=to)
    return (page, 422) if form.errors else page


@bp.route("/sign-in/code", methods=["GET", "POST"])
def code() -> Page:
    """The second factor, within ten minutes of the password."""
    now = clock.now()
    half = _half(now)
    if half is None:
        flash(_("Please begin with your address and password."), "info")
        return redirect(url_for("desk_sign_in.ask"), 303)
    recruiter, to = half
    form = CodeForm()
    if form.validate_on_submit():
        entering.count("desk-code", recruiter.address_key, now)
        by = second_factor.prove(recruiter, form.code.data or "", now)
        if by:
            return _in(recruiter, by, to, now)
        sign_in.wrong(recruiter.address_key, "code", now)
        db.session.commit()
        form.code.errors = [_wrong_code(recruiter)]
    page = render_template("staff/sign_in_code.html", form=form)
    return (page, 422) if form.errors else page


def _half(now: datetime) -> tuple[Recruiter, str] | None:
    """Who has given the right password in this browser, and where they want to go."""
    found = session.get(HALF)
    if not found or now - datetime.fromisoformat(found[2]) > entering.QUARTER:
        return None
    recruiter = by_id(found[0])
    return (recruiter, found[3]) if recruiter and sign_in.mark(recruiter) == found[1] else None


def _in(recruiter: Recruiter, by: str, to: str, now: datetime) -> Response:
    response = entering.enter(recruiter, "password", to, now, by=by)
    db.session.commit()
    if by == "recovery":
        _say_codes_left(recruiter)
    return response


def _say_codes_left(recruiter: Recruiter) -> None:
    left = second_factor.codes_left(recruiter.id)
    flash(_("You used a recovery code. %(left)s are left; your account page makes new ones.", left=left), "warn")


def _wrong_code(recruiter: Recruiter) -> str:
    if second_factor.key_is_gone(recruiter):
        return _(
            "The codes of your phone no longer work: a key of this house has changed. Ask an admin for a new link."
        )
    return _("This code is not right, or was used already. Wait for the next one, which comes within 30 seconds.")


@bp.route("/prove", methods=["GET", "POST"])
def prove() -> Page:
    """Before what cannot be taken back: show again who you are. Then back to where that was wanted."""
    to, recruiter = entering.leads_to(request.values.get("next")), recruiter_or_none()
    if recruiter is None:
        return redirect(url_for("desk_sign_in.ask", next=to), 303)
    form, now = ProveForm(), clock.now()
    if form.validate_on_submit():
        entering.count("desk-proof", recruiter.address_key, now)
        right = sign_in.by_password(recruiter.address_key, form.password.data or "")
        by = second_factor.prove(recruiter, form.code.data or "", now) if right else None
        if by:
            return proved(recruiter, "password", to, now, by=by)
        sign_in.wrong(recruiter.address_key, "proof", now)
        db.session.commit()
        form.form_errors.append(
            _("Password and code are not right together. Each code counts once: wait for the next one.")
        )
    form.next.data = to
    hint = current_app.extensions["desk_hint"](recruiter.id, now)
    page = render_template("staff/prove.html", form=form, company=company(), to=to, hint=hint, me=recruiter)
    return (page, 422) if form.errors else page


def proved(recruiter: Recruiter, way: str, to: str, now: datetime, by: str | None = None) -> Response:
    """Make this browser's session fresh, with a new secret, and go on. Commits."""
    response = redirect(to, 303)
    access.sign_in_desk(response, sessions.prove_desk(current_desk_session(), way, now))
    note(recruiter, "prove", "recruiter", recruiter.id, now, way=way, by=by)
    db.session.commit()
    return response


@bp.post("/sign-out")
def leave() -> Response:
    """End this browser's session."""
    now = clock.now()
    recruiter = entering.end_here(now)
    if recruiter:
        note(recruiter, "sign_out", "recruiter", recruiter.id, now)
        db.session.commit()
    session.clear()
    flash(_("You are signed out in this browser."), "ok")
    response = redirect(url_for("desk_sign_in.ask"), 303)
    access.sign_out(response, "desk")
    return response
