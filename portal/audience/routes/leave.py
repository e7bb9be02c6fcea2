"""Leaving by the link in a mail: GET asks, POST acts; mail programs post too, without a cookie (E-13, RFC 8058)."""

from datetime import timedelta

from flask import Blueprint, Response, abort, render_template, request

from portal import clock, links
from portal.audience.actions import leave
from portal.audience.forms.leave import ReasonForm
from portal.audience.models import ASKED
from portal.audience.queries import live, tokens
from portal.audience.queries.preferences import PURPOSE_WORDS
from portal.db import db
from portal.languages import gettext as _
from portal.languages import lazy_gettext as _l
from portal.members.actions import contact
from portal.members.models import Member
from portal.members.queries.addresses import masked
from portal.web import language
from portal.web.requests import network_prefix
from portal.web.throttle import Limit, spend

bp = Blueprint("leave", __name__, url_prefix="/unsubscribe", template_folder="../templates")
QUESTIONS = {
    "newsletter": _l("Leave the newsletter?"),
    "job_alerts": _l("No more openings for you?"),
    "check_ins": _l("No more personal notes?"),
}


@bp.get("/<token>")
def ask(token: str) -> str:
    """What would be left, and a button."""
    member_id, purpose = _read(token)
    member = db.session.get(Member, member_id)
    agreed = live(member_id)
    if member is None or not agreed:
        return render_template("audience/leave_nothing.html")
    return render_template(
        "audience/leave.html",
        token=token,
        less_token=tokens.preferences(member_id),
        purpose=PURPOSE_WORDS[purpose],
        question=QUESTIONS[purpose],
        already=purpose not in agreed,
        masked=masked(member.address),
    )


@bp.post("/<token>")
def act(token: str) -> str | Response:
    """Leave at once. Whatever else is in the body, and whether there is still anybody: the answer is the same."""
    (member_id, purpose), now = _read(token), clock.now()
    one_click = request.form.get("List-Unsubscribe") == "One-Click"
    everything = not one_click and request.form.get("leave") == "everything"
    way = "one-click" if one_click else "unsubscribe"
    ticket = None if one_click else links.nonce()
    purposes = [purpose, *(other for other in ASKED if everything and other != purpose)]
    leave.leave(member_id, purposes, way, network_prefix(), now, ticket)
    if not one_click:  # which a machine sent
        contact.touch(member_id, now)
    db.session.commit()
    if one_click:
        return Response(_("You have left. Nothing more of this is sent to you.") + "\n", mimetype="text/plain")
    left = _("Everything") if everything else PURPOSE_WORDS[purpose]
    return _done(token, left, ReasonForm(formdata=None, ticket=ticket))


@bp.post("/<token>/reason")
def tell(token: str) -> str | tuple[str, int]:
    """Why, if they like to say. Kept without the person, so it can only be counted by the link."""
    purpose = _read(token)[1]
    form, now = ReasonForm(), clock.now()
    if not form.validate():
        return _done(token, PURPOSE_WORDS[purpose], form), 422
    spend("leaving.reason", [Limit(token, 3, timedelta(days=1))], now)
    leave.tell(purpose, form.reason.data, now, form.ticket.data or "")
    db.session.commit()
    return _done(token, PURPOSE_WORDS[purpose], form, told=True)


def _done(token: str, left: str, form: ReasonForm, told: bool = False) -> str:
    return render_template("audience/leave_done.html", token=token, left=left, form=form, told=told)


def _read(token: str) -> tuple[int, str]:
    """Whose token, for which purpose; the page is in their language. 404 with a way out when it is none of ours."""
    found = tokens.read_unsubscribe(token)
    if found is None:
        words = _("This link is not whole. Open the mail again and follow its link, or sign in to stop what you get.")
        abort(404, words)
    if member := db.session.get(Member, found[0]):
        language.use(member.language)
    return found
