"""Writing a personal letter: a draft that keeps itself, its preview, a copy to oneself."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from flask import Blueprint, flash, redirect, request, url_for
from werkzeug import Response

from portal import clock
from portal.db import db
from portal.followups.actions import letters
from portal.followups.actions.letters import NotReady
from portal.followups.desk import found, showing
from portal.followups.forms import LetterForm
from portal.followups.models import Letter
from portal.followups.queries import letters as queries
from portal.followups.queries import policy
from portal.followups.queries.standing import Standing
from portal.languages import gettext as _
from portal.members.models import Member
from portal.staff.models import Recruiter
from portal.staff.models.roles import PEOPLE
from portal.staff.queries import by_id as recruiter_by_id
from portal.web.desk import current_recruiter, needs

bp = Blueprint("letters", __name__, url_prefix="/desk", template_folder="../templates")
Page = str | Response | tuple[str, int]


@bp.route("/members/<int:id>/letters/new", methods=["GET", "POST"])
@needs(PEOPLE)
def new(id: int) -> Page:
    """Begin a letter; who has begun one already goes on with it."""
    me, now = current_recruiter(), clock.now()
    stands = found.stands(id, me, now)
    draft = queries.draft_to(me, id)
    if draft is not None and request.method == "GET":
        return redirect(url_for(".edit", id=draft.id), 303)
    return _write(stands, draft, me, now)


@bp.route("/letters/<int:id>", methods=["GET", "POST"])
@needs(PEOPLE)
def edit(id: int) -> Page:
    """Go on with a draft; or read a letter that was sent."""
    me, now = current_recruiter(), clock.now()
    letter = queries.by_id(id) if id <= found.LARGEST else None
    if request.method == "GET" and letter is not None and letter.sent_at is not None:
        return showing.sent(letter, found.member(letter.member_id, me), now)
    draft = found.draft(id, me)
    return _write(found.stands_of(draft, now), draft, me, now)


@bp.get("/letters/<int:id>/preview")
@needs(PEOPLE)
def preview(id: int) -> str:
    """The letter as it arrives: at two widths and as text, with what there is to mend."""
    me, now = current_recruiter(), clock.now()
    letter = found.draft(id, me)
    return showing.preview(letter, found.stands_of(letter, now), now)


@bp.get("/letters/<int:id>/mail")
@needs(PEOPLE)
def mail(id: int) -> Response:
    """The HTML part, for a frame."""
    me, now = current_recruiter(), clock.now()
    letter = queries.by_id(id) if id <= found.LARGEST else None
    if letter is None or letter.sent_at is None:
        letter = found.draft(id, me)
        return showing.frame(letter, found.stands_of(letter, now), now)
    return showing.frame_sent(letter, found.member(letter.member_id, me), now)


@bp.post("/letters/<int:id>/test")
@needs(PEOPLE)
def test(id: int) -> Response:
    """Send a copy to oneself."""
    me, now = current_recruiter(), clock.now()
    letter = found.draft(id, me)
    try:
        letters.test(letter, found.stands_of(letter, now), me, now)
    except NotReady as error:
        db.session.rollback()
        flash(str(error), "warn")
    else:
        db.session.commit()
        flash(_("A copy is on its way to %(address)s.", address=me.address), "ok")
    return redirect(url_for(".preview", id=id), 303)


@bp.post("/letters/<int:id>/discard")
@needs(PEOPLE)
def discard(id: int) -> Response:
    """Throw a draft away."""
    letter = found.draft(id, current_recruiter())
    member_id = letter.member_id
    letters.discard(letter)
    db.session.commit()
    flash(_("The draft is gone."), "ok")
    return redirect(url_for("people.show", id=member_id), 303)


def keep_typed(recruiter_id: int, args: Mapping[str, Any], form: Mapping[str, str], now: datetime) -> None:
    """What was typed when the session had ended, kept in the draft (`wiring.TYPED`)."""
    me, begun = recruiter_by_id(recruiter_id), request.endpoint == "letters.new"
    letter = None if begun else queries.by_id(args["id"])
    member = db.session.get(Member, args["id"] if begun else letter.member_id if letter else 0)
    if me is None or member is None or not policy.may_see(me, member):
        return
    letter = queries.draft_to(me, member.id) if begun else letter
    subject, source = form.get("subject", ""), form.get("body", "")
    if letter is None:
        letters.keep(me, member.id, subject, source, None, me.id, now)
    elif policy.may_edit(me, letter):
        if form.get("base") != letter.changed_at.isoformat() and letters.tidy(source) != letter.source:
            source = f"{letter.source}\n\n---\n\n{source}"  # it was changed elsewhere since: both are kept
        letters.change(letter, subject, source, letter.attached, letter.sender_id, now)


def _write(stands: Standing, draft: Letter | None, me: Recruiter, now: datetime) -> Page:
    """The form, and keeping what it holds: by its button or, with a script, by itself."""
    member = stands.member
    form = LetterForm(showing.attachments(now), showing.senders(me, draft))
    quietly = request.headers.get("HX-Request") == "true"
    if request.method == "GET":
        _fill(form, draft, me)
        return showing.form(form, stands, draft)
    if not form.validate():
        page = showing.kept(None) if quietly else showing.form(form, stands, draft)
        return page, 422
    if draft is not None and form.base.data != draft.changed_at.isoformat() and _differs(form, draft):
        if quietly:
            return showing.overtaken(), 409
        return showing.form(form, stands, draft, overtaken=True), 409
    values = form.subject.data or "", form.body.data or "", form.attached.data or None, form.sender.data
    draft = letters.keep(me, member.id, *values, now) if draft is None else draft
    letters.change(draft, *values, now)
    db.session.commit()
    if quietly:
        return showing.kept(draft)
    if "preview" in request.form:
        return redirect(url_for(".preview", id=draft.id), 303)
    flash(_("Your draft is kept. Only you can see it."), "ok")
    return redirect(url_for(".edit", id=draft.id), 303)


def _differs(form: LetterForm, draft: Letter) -> bool:
    same = letters.tidy(form.subject.data or "").strip() == draft.subject
    return not (same and letters.tidy(form.body.data or "") == draft.source)


def _fill(form: LetterForm, draft: Letter | None, me: Recruiter) -> None:
    form.sender.data = draft.sender_id if draft else me.id
    if draft:
        form.subject.data, form.body.data = draft.subject, draft.source
        form.attached.data, form.base.data = draft.attached or "", draft.changed_at.isoformat()
    else:
        form.attached.data = request.args.get("attach", "")[:100]
        form.body.data = _("Dear [[name|you]],") + "\n\n"
