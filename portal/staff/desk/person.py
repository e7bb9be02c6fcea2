"""One colleague: what they may do, and the end of their account."""

from flask import Blueprint, abort, flash, redirect, url_for
from werkzeug import Response

from portal import clock, sessions
from portal.db import db
from portal.languages import gettext as _
from portal.languages import ngettext
from portal.staff.actions import leaving, people, second_factor
from portal.staff.forms.options import options
from portal.staff.forms.team import EndForm, RoleForm
from portal.staff.models import Recruiter
from portal.staff.models.roles import ADMIN
from portal.staff.queries.links import latest
from portal.staff.queries.people import any_by_id, colleagues
from portal.staff.queries.words import ROLE_NOTES, ROLE_WORDS
from portal.web.desk import current_recruiter, fresh, needs, render

bp = Blueprint("desk_person", __name__, url_prefix="/desk/team/<int:id>", template_folder="../templates")
Page = str | Response | tuple[str, int]


def _person(id: int) -> Recruiter:
    return any_by_id(id) or abort(404, _("There is nobody with this number. Look at the team."))


@bp.get("")
@needs(ADMIN)
def show(id: int) -> Page:
    """Who they are, what they may do, when they last were here."""
    return _page(_person(id), RoleForm(role=_person(id).role))


def _page(one: Recruiter, form: RoleForm) -> str:
    seen = sessions.of_recruiter(one.id, clock.now())
    return render(
        "staff/person.html",
        one=one,
        form=form,
        notes=ROLE_NOTES,
        roles=ROLE_WORDS,
        link=latest(one.id),
        seen_at=max((session.seen_at for session in seen), default=None),
        key_is_gone=second_factor.key_is_gone(one),
        forgotten=leaving.is_forgotten(one),
        now=clock.now(),
    )


@bp.post("/role")
@needs(ADMIN)
@fresh
def role(id: int) -> Page:
    """Another role. They are signed out everywhere, and sign in anew with it."""
    one, form = _person(id), RoleForm()
    if not form.validate_on_submit() or one.ended_at:
        return _page(one, form), 422
    try:
        people.change_role(one, form.role.data, current_recruiter(), clock.now())
    except people.StaffError as error:
        db.session.rollback()
        flash(str(error), "warn")
        return redirect(url_for("desk_person.show", id=id), 303)
    db.session.commit()
    flash(_("%(name)s: %(role)s.", name=one.name, role=ROLE_WORDS[one.role]), "ok")
    return redirect(url_for("desk_person.show", id=id), 303)


@bp.route("/end", methods=["GET", "POST"])
@needs(ADMIN)
@fresh
def end(id: int) -> Page:
    """End the account, and hand over what they have."""
    one, form = _person(id), EndForm()
    others = [other for other in colleagues() if other.id != one.id]
    form.to.choices = options((other.id, f"{other.name} ({ROLE_WORDS[other.role]})") for other in others)
    form.to.validate_choice = bool(others)
    if form.validate_on_submit():
        to = next((other for other in others if other.id == form.to.data), None)
        try:
            given = leaving.end(one, to if one.joined_at else None, current_recruiter(), clock.now())
        except people.StaffError as error:
            db.session.rollback()
            form.form_errors.append(str(error))
        else:
            _say_ended(one, to, given)
            db.session.commit()
            return redirect(url_for("desk_team.index"), 303)
    page = render("staff/end.html", one=one, form=form)
    return (page, 422) if form.errors else page


def _say_ended(one: Recruiter, to: Recruiter | None, given: int) -> None:
    flash(_("%(name)s has left the desk, and is signed out everywhere.", name=one.name), "ok")
    if to and given:
        flash(
            ngettext("One thing is now %(name)s's.", "%(num)s things are now %(name)s's.", given, name=to.name), "info"
        )


@bp.post("/forget")
@needs(ADMIN)
@fresh
def forget(id: int) -> Response:
    """Take out who somebody was that has left."""
    one = _person(id)
    try:
        leaving.forget(one, current_recruiter(), clock.now())
    except people.StaffError as error:
        db.session.rollback()
        flash(str(error), "warn")
        return redirect(url_for("desk_person.show", id=id), 303)
    db.session.commit()
    flash(_("Name and addresses are taken out. What was done stays in the audit log, without them."), "ok")
    return redirect(url_for("desk_team.index"), 303)
