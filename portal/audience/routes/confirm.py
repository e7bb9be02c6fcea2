"""Confirming: a page that says what one agrees to, with the button that agrees. Opening it does nothing (P1)."""

from flask import Blueprint, redirect, render_template, session, url_for
from werkzeug import Response

from portal import clock
from portal.audience.actions import join
from portal.audience.queries import wording
from portal.config import settings
from portal.db import db
from portal.links import digest
from portal.members.actions import contact, links
from portal.members.forms import CodeForm
from portal.members.models import AccountLink
from portal.members.queries import addresses
from portal.members.queries.links import CONFIRMING, code, find, find_living
from portal.web import access, entry, language
from portal.web.requests import network_prefix

bp = Blueprint("confirm", __name__, template_folder="../templates")
WELCOME = "/me/preferences?welcome=1"


@bp.route("/confirm/code", methods=["GET", "POST"])
def code_form() -> str | Response | tuple[str, int]:
    """After asking: what happens next, and the code for when the mail was opened in another browser (W-04)."""
    form, wrong = CodeForm(), False
    if form.validate_on_submit():
        now = clock.now()
        entry.limit_codes(now)
        link = links.use_code(form.code.data or "", CONFIRMING, access.asked_here(), now)
        if link:
            return _in(link)
        db.session.commit()
        wrong = True
    page = render_template("audience/join_asked.html", form=form, wrong=wrong, address=session.get("asked_for"))
    return (page, 422) if wrong or form.errors else page


@bp.get("/confirm/<token>")
def show(token: str) -> str | tuple[str, int]:
    """What one agrees to, and the button; in another browser than asked, the code for that one."""
    link = find_living(token, CONFIRMING, clock.now())
    if link is None:
        return render_template("audience/join_dead.html", token=token), 410
    here = link.asked_by is None or link.asked_by == access.asked_here()
    request, org = join.of_link(link), settings().org_name
    language.use(wording.language(request.wording))
    return render_template(
        "audience/join_confirm.html",
        token=token,
        address=addresses.shown(request.address),
        name=request.name,
        sentences=[wording.sentence(purpose, org, request.wording) for purpose in join.purposes(request)],
        code=None if here else code(link),
    )


@bp.post("/confirm/<token>")
def use(token: str) -> Response:
    """Use up the link, join, sign in. If the link is no good, its page says why."""
    link = links.use(token, CONFIRMING, access.asked_here(), clock.now())
    return _in(link) if link else redirect(url_for("confirm.show", token=token), 303)


@bp.post("/confirm/<token>/fresh")
def fresh(token: str) -> Response:
    """Send a fresh link to where this one went, for this browser. Same answer for a link that was never ours."""
    now, mark = clock.now(), access.asker_value()
    entry.limit("fresh", token, now)
    link = find(token, CONFIRMING)
    if link:
        join.ask_again(link, digest(mark), network_prefix(), now)
        db.session.commit()
    session.pop("asked_for", None)
    response = redirect(url_for("confirm.code_form"), 303)
    access.asker(response, mark)
    return response


def _in(link: AccountLink) -> Response:
    now = clock.now()
    join.confirm(link, network_prefix(), now)
    contact.touch(link.member_id, now)
    response = entry.enter(link.member_id, WELCOME, now)
    db.session.commit()
    return response
