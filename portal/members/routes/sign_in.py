"""Asking for a link to sign in, typing its code, signing out."""

from flask import Blueprint, flash, redirect, render_template, request, session, url_for
from werkzeug import Response

from portal import clock, sessions
from portal.db import db
from portal.languages import gettext as _
from portal.links import digest
from portal.members.actions import contact, links, sign_in
from portal.members.forms import AskForm, CodeForm
from portal.members.queries.addresses import parse
from portal.members.queries.links import signing_in
from portal.web import access, entry
from portal.web.requests import network_prefix

bp = Blueprint("sign_in", __name__, template_folder="../templates")
HOME = "/me"
MAX_PATH = 200


@bp.route("/sign-in", methods=["GET", "POST"])
def ask() -> str | Response | tuple[str, int]:
    """The form; the answer is the same whether or not we know the address (W-05)."""
    wished = request.values.get("next", "")
    leads_to = access.safe_next(wished if len(wished) <= MAX_PATH else None, HOME)
    if request.method == "GET" and access.member_or_none():
        return redirect(leads_to, 303)
    form = AskForm()
    if not form.validate_on_submit():
        form.next.data = leads_to
        page = render_template("members/ask.html", form=form)
        return (page, 422) if form.errors else page
    now, address = clock.now(), parse(form.address.data or "")
    entry.limit("sign in", address.key, now)
    mark = access.asker_value()
    sign_in.ask(address.key, digest(mark), network_prefix(), leads_to, now)
    db.session.commit()
    session["asked_for"] = address.shown
    response = redirect(url_for("sign_in.code"), 303)
    access.asker(response, mark)
    return response


@bp.route("/sign-in/code", methods=["GET", "POST"])
def code() -> str | Response | tuple[str, int]:
    """After asking: what happens next, and the code for when the mail was opened in another browser (W-04)."""
    form, wrong = CodeForm(), False
    if form.validate_on_submit():
        now = clock.now()
        entry.limit_codes(now)
        link = links.use_code(form.code.data or "", signing_in(), access.asked_here(), now)
        if link:
            contact.touch(link.member_id, now)
            response = entry.enter(link.member_id, access.safe_next(link.leads_to, HOME), now)
            db.session.commit()
            return response
        db.session.commit()  # the try is counted
        wrong = True
    page = render_template("members/asked.html", form=form, wrong=wrong, address=session.get("asked_for"))
    return (page, 422) if wrong or form.errors else page


@bp.post("/sign-out")
def leave() -> Response:
    """End this browser's session."""
    member = access.member_or_none()
    if member:
        sessions.end(member.id, clock.now(), only=access.current_session().id)
        db.session.commit()
    session.clear()
    flash(_("You are signed out in this browser."), "ok")
    response = redirect(url_for("sign_in.ask"), 303)
    access.sign_out(response)
    return response
