"""A new password, a new phone, new recovery codes: for who proved lately who they are."""

from flask import Blueprint, flash, make_response, redirect, session, url_for
from werkzeug import Response

from portal import clock, links, sessions
from portal.db import db
from portal.languages import gettext as _
from portal.staff.actions import account, passwords, second_factor
from portal.staff.desk import entering
from portal.staff.forms.account import ConfirmForm, PasswordForm
from portal.staff.queries.qr import qr
from portal.web import access
from portal.web.desk import current_desk_session, current_recruiter, fresh, render

bp = Blueprint("desk_credentials", __name__, url_prefix="/desk/account", template_folder="../templates")
Page = str | Response | tuple[str, int]
NONCE = "new_phone"
"""In the form cookie: what the secret is derived from that the page shows. Nothing by itself."""


@bp.route("/password", methods=["GET", "POST"])
@fresh
def password() -> Page:
    """Take another password; whoever is signed in elsewhere is signed out."""
    me, now, here = current_recruiter(), clock.now(), current_desk_session()
    form = PasswordForm().about(me)
    shown = form.is_submitted() and form.show_it()
    if not shown and form.validate_on_submit():
        account.new_password(me, form.password.data or "", here.id, now)
        response = redirect(url_for("desk_account.show"), 303)
        access.sign_in_desk(response, sessions.prove_desk(here, here.way, now))
        db.session.commit()
        flash(_("Your password is another now. You are signed out everywhere but here."), "ok")
        return response
    page = render("staff/password.html", form=form, least=passwords.LEAST)
    return (page, 422) if form.errors else page


@bp.route("/second-factor", methods=["GET", "POST"])
@fresh
def phone() -> Page:
    """Connect another phone; the codes of the one before count no longer."""
    me, now, here = current_recruiter(), clock.now(), current_desk_session()
    nonce = session.setdefault(NONCE, links.nonce())
    form = ConfirmForm()
    if form.validate_on_submit():
        entering.count("desk-code", me.address_key, now)
        step = second_factor.step_of(second_factor.secret(nonce), form.code.data or "", now)
        if step is not None:
            codes = account.new_phone(me, nonce, step, here.id, now)
            return _show_once(codes, sessions.prove_desk(here, here.way, now))
        form.code.errors = [_("This is not the code that belongs to it. Wait for the next one.")]
    drawn = qr(second_factor.uri(nonce, me.address))
    page = render("staff/phone.html", form=form, qr=drawn, secret=second_factor.secret(nonce))
    return (page, 422) if form.errors else page


def _show_once(codes: list[str], token: str | None = None) -> Response:
    """The recovery codes, which are shown now and never again. Commits."""
    session.pop(NONCE, None)
    response = make_response(render("staff/codes.html", codes=codes))
    if token:
        access.sign_in_desk(response, token)
    db.session.commit()
    return response


@bp.route("/codes", methods=["GET"])
@fresh
def codes() -> Page:
    """How many are left, and the button that makes new ones."""
    return render("staff/codes.html", codes=None, left=second_factor.codes_left(current_recruiter().id))


@bp.post("/codes")
@fresh
def renew() -> Response:
    """Ten new ones; those that were left work no longer."""
    return _show_once(account.new_codes(current_recruiter(), clock.now()))
