"""A member's account: the name, the address, where one is signed in, how long it is kept, and the ways out."""

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from werkzeug import Response

from portal import clock, sessions
from portal.audience.actions import preferences
from portal.audience.models import ASKED
from portal.audience.queries import live
from portal.audience.queries.words import PURPOSE_WORDS
from portal.db import db
from portal.languages import day
from portal.languages import gettext as _
from portal.members.actions import contact
from portal.members.actions.account import rename
from portal.members.forms import NameForm
from portal.members.models import Member
from portal.members.queries import addresses, retention
from portal.web.access import current_member, current_session, sign_out
from portal.web.requests import network_prefix

bp = Blueprint("account", __name__, url_prefix="/me/account", template_folder="../templates")


@bp.route("", methods=["GET", "POST"])
def show() -> str | Response | tuple[str, int]:
    """The page, and changing the name."""
    member = current_member()
    form = NameForm(obj=member)
    if form.validate_on_submit():
        now = clock.now()
        rename(member, form.name.data or "", now)
        contact.touch(member.id, now)
        db.session.commit()
        flash(_("Saved: we call you %(name)s.", name=member.name), "ok")
        return redirect(url_for("account.show"), 303)
    page = _page(member, form)
    return (page, 422) if form.errors else page


def _page(member: Member, form: NameForm) -> str:
    now, keeping = clock.now(), retention.keeping(member)
    return render_template(
        "audience/account.html",
        form=form,
        member=member,
        address=addresses.shown(member.address),
        browsers=sessions.of_member(member.id, now),
        current=current_session().id,
        idle=sessions.IDLE.days,
        absolute=sessions.ABSOLUTE.days,
        keeping=keeping,
        until=day(keeping.day(member.time_zone)) if keeping else "",
        agreed={purpose: PURPOSE_WORDS[purpose] for purpose in live(member.id)},
    )


@bp.post("/browsers/<int:id>/end")
def end(id: int) -> Response:
    """End one session, this one too. One of somebody else's is not there (W-24)."""
    member, here = current_member(), current_session().id
    if not sessions.end(member.id, clock.now(), only=id):
        abort(404, _("That browser is not signed in as you, or no longer."))
    db.session.commit()
    if id != here:
        flash(_("That browser is signed out."), "ok")
        return redirect(url_for("account.show"), 303)
    response = redirect(url_for("sign_in.ask"), 303)
    sign_out(response)
    return response


@bp.post("/browsers/end-others")
def end_others() -> Response:
    """End every session but this one."""
    member, here, now = current_member(), current_session().id, clock.now()
    others = [s.id for s in sessions.of_member(member.id, now) if s.id != here]
    for id in others:
        sessions.end(member.id, now, only=id)
    db.session.commit()
    flash(_("You are signed out everywhere but here."), "ok")
    return redirect(url_for("account.show"), 303)


@bp.post("/keep")
def keep() -> Response:
    """Yes, keep me: what the mail asks for that comes before the end, said by who is signed in."""
    contact.keep(current_member().id, clock.now())
    db.session.commit()
    flash(_("Thank you. You stay a member."), "ok")
    return redirect(url_for("account.show"), 303)


@bp.post("/stop")
def stop() -> Response:
    """Stop one kind of mail, or all that one agreed to; at once, and as a change that can be taken back."""
    member, which = current_member(), request.form.get("stop", "")
    purposes = ASKED if which == "everything" else [purpose for purpose in ASKED if purpose == which]
    stopped = preferences.save(member, dict.fromkeys(purposes, False), "", network_prefix(), clock.now())
    db.session.commit()
    if stopped is None:
        flash(_("There was nothing to stop: you do not get this."), "info")
    elif which == "everything":
        flash(_("Stopped. Nothing more is sent to you but what you ask for yourself."), "ok")
    else:
        flash(_("Stopped: %(purpose)s. Nothing more of it is sent.", purpose=PURPOSE_WORDS[which]), "ok")
    return redirect(url_for("account.show"), 303)
