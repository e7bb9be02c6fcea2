"""Notes and remembered details: writing down, mending, taking away. At every form it says who can read it."""

from datetime import date
from typing import Any

from flask import Blueprint, abort, flash, redirect, request, url_for
from werkzeug import Response

from portal import clock
from portal.audience.queries.preferences import today
from portal.db import db
from portal.followups.actions import remember
from portal.followups.desk import found
from portal.followups.forms import DetailForm, NoteForm
from portal.followups.queries import details, policy
from portal.followups.queries.details import EXAMPLES, KEYS
from portal.languages import gettext as _
from portal.members.models import Member
from portal.staff.models.roles import PEOPLE
from portal.web.desk import current_recruiter, needs, render

bp = Blueprint("remembering", __name__, url_prefix="/desk/members/<int:id>", template_folder="../templates")
Page = str | Response | tuple[str, int]


@bp.route("/notes/new", methods=["GET", "POST"])
@needs(PEOPLE)
def note(id: int) -> Page:
    """Write a note."""
    me, member, form = current_recruiter(), found.member(id, current_recruiter()), NoteForm()
    if form.validate_on_submit():
        if remember.write(id, me, form.words.data or "", clock.now()) is None:
            abort(404, found.nobody())
        db.session.commit()
        flash(_("Noted."), "ok")
        return _back(id)
    page = render("followups/desk/note.html", member=member, form=form)
    return (page, 422) if form.errors else page


@bp.route("/notes/<int:note_id>/remove", methods=["GET", "POST"])
@needs(PEOPLE)
def remove_note(id: int, note_id: int) -> Page:
    """Ask whether a note goes, and take it away. It is its writer's, or an admin's, to take."""
    me, member = current_recruiter(), found.member(id, current_recruiter())
    row = details.note(note_id) if note_id <= found.LARGEST else None
    if row is None or row.member_id != id:
        abort(404, _("There is no such note any more."))
    if not policy.may_remove(me, row):
        abort(403, _("A note is taken away by who wrote it, or by an admin."))
    if request.method == "GET":
        return render("followups/desk/note_remove.html", member=member, note=row)
    remember.take_away(row, me, clock.now())
    db.session.commit()
    flash(_("The note is gone."), "ok")
    return _back(id)


@bp.route("/details/new", methods=["GET", "POST"], defaults={"key": ""})
@bp.route("/details/<key>", methods=["GET", "POST"])
@needs(PEOPLE)
def detail(id: int, key: str) -> Page:
    """Remember a detail, or mend one. A second one of the same kind takes the place of the first."""
    me, now = current_recruiter(), clock.now()
    member = found.member(id, me)
    row = details.one(id, key) if key else None
    if key and row is None:
        abort(404, _("There is nothing remembered of this kind any more."))
    form = _form(member, row, today(me.time_zone, now))
    if form.validate_on_submit():
        kind, since = row.key if row else form.key.data, form.learnt_on.data or form.today
        words, source = form.words.data or "", form.source.data or ""
        if not remember.remember(id, kind, words, source, since, me, now):
            abort(404, found.nobody())
        db.session.commit()
        flash(_("Remembered."), "ok")
        return _back(id)
    page = render("followups/desk/detail.html", member=member, form=form, detail=row, keys=KEYS, examples=EXAMPLES)
    return (page, 422) if form.errors else page


@bp.post("/details/<key>/forget")
@needs(PEOPLE)
def forget(id: int, key: str) -> Response:
    """Take a detail away."""
    me = current_recruiter()
    found.member(id, me)
    if remember.forget(id, key, me, clock.now()):
        flash(_("That is forgotten."), "ok")
    db.session.commit()
    return _back(id)


def _form(member: Member, row: Any, now: date) -> DetailForm:
    asked = request.method == "GET"
    form = DetailForm(obj=row if asked else None, data={"learnt_on": now} if asked and not row else None)
    if row:
        del form.key
    form.today = now
    return form


def _back(id: int) -> Response:
    return redirect(url_for("people.show", id=id), 303)
