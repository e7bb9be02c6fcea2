"""The team: who is at the desk, inviting colleagues, sending an invitation again."""

from datetime import datetime

from flask import Blueprint, abort, flash, redirect, url_for
from werkzeug import Response

from portal import clock
from portal.db import db
from portal.languages import gettext as _
from portal.staff.actions import mailing, people
from portal.staff.forms.team import InviteForm
from portal.staff.models import Recruiter, StaffLink
from portal.staff.models.roles import ADMIN
from portal.staff.queries.addresses import parse
from portal.staff.queries.links import action_url
from portal.staff.queries.people import any_by_id, everybody
from portal.staff.queries.words import ROLE_NOTES, ROLE_WORDS
from portal.web.desk import current_recruiter, fresh, needs, render

bp = Blueprint("desk_team", __name__, url_prefix="/desk/team", template_folder="../templates")
Page = str | Response | tuple[str, int]


@bp.get("")
@needs(ADMIN)
def index() -> Page:
    """Everybody, those who have left last."""
    people = everybody()
    return render(
        "staff/team.html",
        seated=[one for one in people if one.active],
        waiting=[one for one in people if not one.joined_at and not one.ended_at],
        left=[one for one in people if one.ended_at],
        roles=ROLE_WORDS,
    )


@bp.route("/invite", methods=["GET", "POST"])
@needs(ADMIN)
@fresh
def invite() -> Page:
    """Invite somebody: the link is shown, and goes to them by mail."""
    me, now, form = current_recruiter(), clock.now(), InviteForm()
    if form.validate_on_submit():
        written, key = parse(form.address.data or "") or abort(400)
        try:
            link = people.invite(written, key, form.name.data or "", form.role.data, me, now, form.language.data)
        except people.StaffError as error:
            form.address.errors = [str(error)]
        else:
            return _made(db.session.get_one(Recruiter, link.recruiter_id), link, now)
    page = render("staff/invite.html", form=form, notes=ROLE_NOTES)
    return (page, 422) if form.errors else page


def _made(recruiter: Recruiter, link: StaffLink, now: datetime) -> str:
    """Mail the link, and show it: now and never again. Commits."""
    mailing.send(link, now)
    page = render("staff/link_made.html", recruiter=recruiter, url=action_url(link), until=link.expires_at)
    db.session.commit()
    return page


@bp.post("/<int:id>/resend")
@needs(ADMIN)
@fresh
def resend(id: int) -> Page:
    """A fresh invitation for who has not taken up theirs."""
    return _link(id, people.invite_again)


@bp.post("/<int:id>/reset")
@needs(ADMIN)
@fresh
def reset(id: int) -> Page:
    """Let a colleague set up password and phone anew; what they have works no longer from here on."""
    if id == current_recruiter().id:
        abort(400, _("Change your own password and phone on your account page."))
    return _link(id, people.reset)


def _link(id: int, make: people.Make) -> Page:
    now, recruiter = clock.now(), any_by_id(id) or abort(404)
    try:
        link = make(recruiter, current_recruiter(), now)
    except people.StaffError as error:
        flash(str(error), "warn")
        return redirect(url_for("desk_person.show", id=id), 303)
    return _made(recruiter, link, now)
