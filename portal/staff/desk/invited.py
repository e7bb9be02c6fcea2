"""What a link opens that invites somebody, or lets them set up their account anew: a password, then the second factor.

Nothing happens before a button is pressed (P1), and nothing counts before the last one is.
"""

from flask import Blueprint, make_response, redirect, render_template, url_for
from werkzeug import Response

from portal import clock, links
from portal.config import settings
from portal.db import db
from portal.languages import gettext as _
from portal.staff.actions import passwords, people, second_factor
from portal.staff.desk import entering
from portal.staff.forms.account import ConfirmForm, PasswordForm
from portal.staff.models import Recruiter, StaffLink
from portal.staff.queries.links import find_living
from portal.staff.queries.qr import qr
from portal.web.language import use

bp = Blueprint("desk_invited", __name__, url_prefix="/desk/invited", template_folder="../templates")
Page = str | Response | tuple[str, int]


@bp.get("/<token>")
def show(token: str) -> Page:
    """Where they are: the password, the second factor, or a link that works no longer."""
    found = _found(token)
    if found is None:
        return _dead()
    link, recruiter = found
    if link.password_hash:
        return _second(token, link, recruiter, ConfirmForm())
    return _first(token, link, recruiter, PasswordForm())


@bp.post("/<token>/password")
def password(token: str) -> Page:
    """Choose the password; or only show what was typed."""
    found = _found(token)
    if found is None:
        return _dead()
    link, recruiter = found
    form = PasswordForm().about(recruiter)
    if form.show_it():
        return _first(token, link, recruiter, form)
    if not form.validate_on_submit():
        return _first(token, link, recruiter, form), 422
    link.password_hash, link.totp_nonce = passwords.hashed(form.password.data or ""), links.nonce()
    db.session.commit()
    return redirect(url_for("desk_invited.show", token=token), 303)


@bp.post("/<token>/again")
def again(token: str) -> Response:
    """Go back to the password."""
    found = _found(token)
    if found:
        found[0].password_hash = found[0].totp_nonce = None
        db.session.commit()
    return redirect(url_for("desk_invited.show", token=token), 303)


@bp.post("/<token>")
def confirm(token: str) -> Page:
    """Confirm the second factor by a code; that uses the link up, and signs in. The recovery codes are shown once."""
    now, found = clock.now(), _found(token)
    if found is None:
        return _dead()
    link, recruiter = found
    if not link.password_hash or not link.totp_nonce:
        return redirect(url_for("desk_invited.show", token=token), 303)
    form = ConfirmForm()
    if not form.validate_on_submit():
        return _second(token, link, recruiter, form), 422
    entering.count("desk-code", recruiter.address_key, now)
    step = second_factor.step_of(second_factor.secret(link.totp_nonce), form.code.data or "", now)
    if step is None:
        form.code.errors = [
            _("This is not the code that belongs to it. Wait for the next one, and look at the phone's clock.")
        ]
        return _second(token, link, recruiter, form), 422
    codes = people.join(recruiter, link, step, now)
    if codes is None:
        db.session.rollback()
        return _dead()
    response = make_response(render_template("staff/codes_once.html", codes=codes, recruiter=recruiter, first=True))
    entering.start(response, recruiter, "password", now)
    db.session.commit()
    return response


def _found(token: str) -> tuple[StaffLink, Recruiter] | None:
    found = find_living(token, clock.now())
    if found:
        use(found[1].language)
    return found


def _dead() -> tuple[str, int]:
    return render_template("staff/invited_dead.html"), 410


def _first(token: str, link: StaffLink, recruiter: Recruiter, form: PasswordForm) -> str:
    return render_template(
        "staff/invited_password.html", token=token, link=link, recruiter=recruiter, form=form, least=passwords.LEAST
    )


def _second(token: str, link: StaffLink, recruiter: Recruiter, form: ConfirmForm) -> str:
    nonce = link.totp_nonce or ""
    return render_template(
        "staff/invited_code.html",
        token=token,
        recruiter=recruiter,
        form=form,
        qr=qr(second_factor.uri(nonce, recruiter.address)),
        secret=second_factor.secret(nonce),
        organisation=settings().org_name,
    )
