"""What one lets others send under one's name: questions with yes and no, what was given, what one may give."""

from flask import Blueprint, abort, flash, redirect, request, url_for
from werkzeug import Response

from portal import clock
from portal.db import db
from portal.languages import gettext as _
from portal.staff.actions import senders as acting
from portal.staff.queries import senders
from portal.staff.queries.people import names
from portal.staff.queries.words import PURPOSES, about_words
from portal.web.desk import current_recruiter, render

bp = Blueprint("desk_sender", __name__, url_prefix="/desk/account/sender", template_folder="../templates")


@bp.get("")
def show() -> str:
    """All of it on one page."""
    rows = senders.of(current_recruiter().id)
    given = [row for row in rows if row.given_at]
    return render(
        "staff/sender.html",
        asked=[row for row in rows if not row.given_at],
        given=given,
        names=names({row.asked_by for row in rows if row.asked_by}),
        purposes=PURPOSES,
        about_words=about_words,
        open=[purpose for purpose in PURPOSES if purpose not in {row.purpose for row in given}],
    )


@bp.post("/<int:id>")
def answer(id: int) -> Response:
    """Yes or no."""
    yes = request.form.get("answer") == "yes"
    if not acting.answer(current_recruiter(), id, yes, clock.now()):
        abort(404, _("You are not asked this, or no longer."))
    db.session.commit()
    flash(
        _("Yes: it may go out under your name.") if yes else _("No: nothing goes out under your name for this."), "ok"
    )
    return redirect(url_for("desk_sender.show"), 303)


@bp.post("/<int:id>/withdraw")
def withdraw(id: int) -> Response:
    """Take it back."""
    if not acting.withdraw(current_recruiter(), id, clock.now()):
        abort(404, _("You have not given this, or no longer."))
    db.session.commit()
    flash(_("Taken back. What has not gone out yet needs another name."), "ok")
    return redirect(url_for("desk_sender.show"), 303)


@bp.post("/give")
def give() -> Response:
    """Let mail for a purpose go out under one's name, unasked."""
    purpose = request.form.get("purpose", "")
    if purpose not in PURPOSES:
        abort(400, _("Choose what mail may go out under your name."))
    acting.give(current_recruiter(), clock.now(), purpose=purpose)
    db.session.commit()
    flash(_("Given: %(purpose)s may go out under your name.", purpose=PURPOSES[purpose]), "ok")
    return redirect(url_for("desk_sender.show"), 303)
