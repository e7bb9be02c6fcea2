"""What a link to sign in opens: a page with a button; nothing happens before it is pressed (P1)."""

from flask import Blueprint, redirect, render_template, session, url_for
from werkzeug import Response

from portal import clock
from portal.db import db
from portal.links import digest
from portal.members.actions import contact, links, sign_in
from portal.members.models import Member
from portal.members.queries import addresses
from portal.members.queries.links import code, find, find_living, signing_in
from portal.members.routes.sign_in import HOME
from portal.web import access, entry, language
from portal.web.requests import network_prefix

bp = Blueprint("sign_in_link", __name__, template_folder="../templates")


@bp.get("/sign-in/<token>")
def show(token: str) -> str | tuple[str, int]:
    """The button; in another browser than asked, the code for that one; else how to get a fresh link."""
    link = find_living(token, signing_in(), clock.now())
    if link is None:
        return render_template("members/dead.html", token=token), 410
    here = link.asked_by is None or link.asked_by == access.asked_here()
    member = db.session.get_one(Member, link.member_id)
    language.use(member.language)
    return render_template(
        "members/open.html",
        token=token,
        address=addresses.shown(member.address),
        code=None if here else code(link),
    )


@bp.post("/sign-in/<token>")
def use(token: str) -> Response:
    """Use up the link and sign in. If that fails, the page says why."""
    now = clock.now()
    link = links.use(token, signing_in(), access.asked_here(), now)
    if link is None:
        return redirect(url_for("sign_in_link.show", token=token), 303)
    contact.touch(link.member_id, now)
    response = entry.enter(link.member_id, access.safe_next(link.leads_to, HOME), now)
    db.session.commit()
    return response


@bp.post("/sign-in/<token>/fresh")
def fresh(token: str) -> Response:
    """Send a fresh link to where this one went, for this browser. Same answer for a link that was never ours."""
    now, mark = clock.now(), access.asker_value()
    entry.limit("fresh", token, now)
    link = find(token, signing_in())
    if link:
        sign_in.ask_again(link, digest(mark), network_prefix(), now)
        db.session.commit()
    session.pop("asked_for", None)
    response = redirect(url_for("sign_in.code"), 303)
    access.asker(response, mark)
    return response
