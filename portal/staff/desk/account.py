"""One's own account at the desk: who one is, and where one is signed in."""

from flask import Blueprint, abort, flash, redirect, url_for
from werkzeug import Response

from portal import clock, sessions
from portal.db import db
from portal.languages import gettext as _
from portal.languages import ngettext
from portal.staff.actions import account, second_factor
from portal.staff.forms.account import AccountForm
from portal.staff.models import Recruiter
from portal.staff.queries import senders
from portal.staff.queries.company import company
from portal.staff.queries.words import ROLE_WORDS
from portal.web import access
from portal.web.desk import current_desk_session, current_recruiter, render
from portal.web.language import use

bp = Blueprint("desk_account", __name__, url_prefix="/desk/account", template_folder="../templates")
Page = str | Response | tuple[str, int]


@bp.route("", methods=["GET", "POST"])
def show() -> Page:
    """The page, and what one says of oneself."""
    me, now = current_recruiter(), clock.now()
    form = AccountForm(obj=me)
    if form.validate_on_submit():
        given = {name: form[name].data for name in account.FIELDS} | {"reply_to": form.reply_to.data or None}
        saved = account.save(me, given, now)
        db.session.commit()
        use(me.language)
        flash(_("Saved.") if saved else _("Nothing was different, so nothing was changed."), "ok")
        return redirect(url_for("desk_account.show"), 303)
    page = _page(me, form)
    return (page, 422) if form.errors else page


def _page(me: Recruiter, form: AccountForm) -> str:
    return render(
        "staff/account.html",
        form=form,
        role=ROLE_WORDS[me.role],
        browsers=sessions.of_recruiter(me.id, clock.now()),
        this=current_desk_session().id,
        idle=int(sessions.DESK_IDLE.total_seconds()) // 3600,
        absolute=sessions.DESK_ABSOLUTE.days,
        codes_left=second_factor.codes_left(me.id),
        company=company(),
        asked=senders.waiting(me.id),
    )


@bp.post("/browsers/<int:id>/end")
def end(id: int) -> Response:
    """End one session, this one too. One of somebody else's is not there (W-24)."""
    me, here = current_recruiter(), current_desk_session().id
    if not sessions.end_desk(me.id, clock.now(), only=id):
        abort(404, _("That browser is not signed in as you, or no longer."))
    db.session.commit()
    if id != here:
        flash(_("That browser is signed out."), "ok")
        return redirect(url_for("desk_account.show"), 303)
    response = redirect(url_for("desk_sign_in.ask"), 303)
    access.sign_out(response, "desk")
    return response


@bp.post("/browsers/end-others")
def end_others() -> Response:
    """End every session but this one."""
    ended = account.end_others(current_recruiter(), current_desk_session().id, clock.now())
    db.session.commit()
    said = ngettext("One other browser is signed out.", "%(num)s other browsers are signed out.", ended)
    flash(said if ended else _("You were signed in nowhere else."), "ok")
    return redirect(url_for("desk_account.show"), 303)
