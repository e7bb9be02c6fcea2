"""A member's account: the name, where one is signed in, and the way to less mail."""

from flask import Blueprint, abort, flash, redirect, render_template, url_for
from werkzeug import Response

from portal import clock, sessions
from portal.db import db
from portal.members.actions.account import rename
from portal.members.forms import NameForm
from portal.members.queries import addresses
from portal.web.access import current_member, current_session, sign_out

bp = Blueprint("account", __name__, template_folder="../templates")


@bp.route("/me/account", methods=["GET", "POST"])
def show() -> str | Response | tuple[str, int]:
    """The page, and changing the name."""
    member = current_member()
    form = NameForm(obj=member)
    if form.validate_on_submit():
        rename(member, form.name.data or "")
        db.session.commit()
        flash(f"Saved: we call you {member.name}.", "ok")
        return redirect(url_for("account.show"), 303)
    page = render_template(
        "members/account.html",
        form=form,
        member=member,
        address=addresses.shown(member.address),
        browsers=sessions.of_member(member.id, clock.now()),
        current=current_session().id,
        idle=sessions.IDLE.days,
        absolute=sessions.ABSOLUTE.days,
    )
    return (page, 422) if form.errors else page


@bp.post("/me/account/browsers/<int:id>/end")
def end(id: int) -> Response:
    """End one session, this one too. One of somebody else's is not there (W-24)."""
    member, here = current_member(), current_session().id
    if not sessions.end(member.id, clock.now(), only=id):
        abort(404, "That browser is not signed in as you, or no longer.")
    db.session.commit()
    if id != here:
        flash("That browser is signed out.", "ok")
        return redirect(url_for("account.show"), 303)
    response = redirect(url_for("sign_in.ask"), 303)
    sign_out(response)
    return response


@bp.post("/me/account/browsers/end-others")
def end_others() -> Response:
    """End every session but this one."""
    member, here, now = current_member(), current_session().id, clock.now()
    others = [s.id for s in sessions.of_member(member.id, now) if s.id != here]
    for id in others:
        sessions.end(member.id, now, only=id)
    db.session.commit()
    flash("You are signed out everywhere but here.", "ok")
    return redirect(url_for("account.show"), 303)
