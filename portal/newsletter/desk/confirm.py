"""The button of a newsletter, with everything that it does on one page; and a second person's yes, where the house
wants one."""

from flask import Blueprint, abort, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from portal import clock
from portal.audience.queries import say
from portal.audience.queries.catalogue import at_once
from portal.content import ContentError
from portal.db import db
from portal.languages import gettext as _
from portal.mail.outbox import TooLong
from portal.newsletter.actions import ready
from portal.newsletter.actions import send as sending
from portal.newsletter.actions.needs import AlreadySent, NotReady
from portal.newsletter.actions.send import Changed, Seen
from portal.newsletter.desk.preview import the_piece
from portal.newsletter.desk.send import found_of
from portal.newsletter.forms import ConfirmForm
from portal.newsletter.models import Approval, Campaign
from portal.newsletter.queries import policy
from portal.newsletter.queries.zones import zones
from portal.staff.models import Recruiter
from portal.staff.models.roles import APPROVE, SEND
from portal.staff.queries import house
from portal.web.desk import current_recruiter, fresh, needs, render
from portal.writing.models import Piece

bp = Blueprint("desk_confirm", __name__, url_prefix="/desk/newsletters/<slug>", template_folder="../templates")


@bp.get("/send/confirm")
@needs(SEND)
@fresh
def ask(slug: str) -> ResponseReturnValue:
    """What the button would do."""
    return _page(slug, ConfirmForm(formdata=None))


@bp.post("/send/confirm")
@needs(SEND)
@fresh
def send(slug: str) -> ResponseReturnValue:
    """Send it, if it is what was seen; or ask for a second person's yes."""
    me, piece, form = current_recruiter(), the_piece(slug), ConfirmForm()
    seen = Seen(_number(form.version.data), str(form.rule.data or ""))
    if not form.validate():
        return _page(slug, form, 422)
    spread = int(form.spread.data or 0) if house().spreading else 0
    try:
        if house().approval:
            return _asked(piece, seen, me, spread)
        made = sending.send(piece, seen, me, spread, clock.now())
    except AlreadySent as error:
        first = error.first.id
        return _refused(str(error), f"/desk/campaigns/{first}")
    except (Changed, NotReady, ContentError, TooLong) as error:
        return _refused(str(error), url_for(".ask" if isinstance(error, Changed) else "desk_send.show", slug=slug))
    db.session.commit()
    return _sent(made)


@bp.get("/approvals/<int:id>")
@needs(APPROVE)
@fresh
def approval(slug: str, id: int) -> str:
    """What somebody wants to send, for a second person to look at."""
    return render("newsletter/desk/approval.html", **_asked_about(slug, id))


@bp.post("/approvals/<int:id>")
@needs(APPROVE)
@fresh
def answer(slug: str, id: int) -> ResponseReturnValue:
    """Yes: it is sent as it was asked for. No: it is not, and why."""
    me, now, row = current_recruiter(), clock.now(), _approval(slug, id)
    if not policy.may_answer(me, row):
        abort(403, _("You asked for this, so somebody else has to answer."))
    yes, words = request.form.get("answer") == "yes", request.form.get("words", "").replace("\0", "").strip()[:1000]
    try:
        made = sending.answer(row, the_piece(slug), me, yes, words, now)
    except AlreadySent as error:
        return _refused(str(error), f"/desk/campaigns/{error.first.id}")
    except (Changed, NotReady, ContentError, TooLong) as error:
        return _refused(str(error), url_for(".approval", slug=slug, id=id))
    db.session.commit()
    if made:
        return _sent(made)
    flash(_("You said no. Whoever asked sees your words at the newsletter."), "ok")
    return redirect(url_for("desk_newsletters.index"), 303)


def _asked(piece: Piece, seen: Seen, me: Recruiter, spread: int) -> ResponseReturnValue:
    sending.ask(piece, seen, me, spread, clock.now())
    db.session.commit()
    flash(_("A second person is asked. It goes out when they say yes."), "ok")
    return redirect(url_for("desk_send.show", slug=piece.slug), 303)


def _sent(made: Campaign) -> ResponseReturnValue:
    flash(_("It is planned.") if made.send_at > clock.now() else _("It is on its way."), "ok")
    return redirect(f"/desk/campaigns/{made.id}", 303)


def _refused(words: str, path: str) -> ResponseReturnValue:
    db.session.rollback()
    flash(words, "warn")
    return redirect(path, 303)


def _number(said: object) -> int:
    text = str(said or "")
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else 0


def _approval(slug: str, id: int) -> Approval:
    row = db.session.get(Approval, id)
    return row if row is not None and row.slug == slug else abort(404)


def _asked_about(slug: str, id: int) -> dict[str, object]:
    row = _approval(slug, id)
    found = found_of(slug)
    with at_once():
        audience = found.audience(max(row.send_at, clock.now()))
        rule = say(found.segment.rule) if found.segment else ""
    stale = (
        found.version.id != row.version_id
        or found.segment is None
        or (sending.mark(found.segment.rule) != sending.mark_of(row))
    )
    asker = db.session.get_one(Recruiter, row.asked_by)
    return {"row": row, "letter": found, "diff": audience, "rule": rule, "stale": stale, "asker": asker,
            "mine": not policy.may_answer(current_recruiter(), row)}  # fmt: skip


def _page(slug: str, form: ConfirmForm, status: int = 200) -> ResponseReturnValue:
    me, now = current_recruiter(), clock.now()
    with at_once():
        found = found_of(slug)
        planned = found.send_at()
        at = planned if planned and planned > now else now
        audience = found.audience(at)
        if any(need.blocks for need in ready.needed(found, me, audience.match if audience else 0, now)):
            return redirect(url_for("desk_send.show", slug=slug), 303)
        if found.segment is None or audience is None:
            abort(404)
        rule, where = say(found.segment.rule), zones(found.segment.rule, now) if at > now else []
    form.version.data, form.rule.data = str(found.version.id), sending.mark(found.segment.rule)
    form.count.data = str(audience.reaches)
    page = render("newsletter/desk/confirm.html", letter=found, diff=audience, at=at, planned=at > now, form=form,
                  rule=rule, where=[zone for zone in where if zone != me.time_zone], house=house())  # fmt: skip
    return page, status
