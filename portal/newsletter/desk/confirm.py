"""The button of a newsletter, with everything that it does on one page; and a second person's yes, where the house
wants one."""

from flask import Blueprint, abort, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from portal import clock
from portal.audience.queries import dump, say
from portal.audience.queries.became import there
from portal.audience.queries.catalogue import at_once
from portal.content import ContentError
from portal.db import db
from portal.languages import gettext as _
from portal.mail.outbox import TooLong
from portal.newsletter.actions import send as sending
from portal.newsletter.actions.needs import AlreadySent, NotReady
from portal.newsletter.actions.ready import needed, sender_of
from portal.newsletter.actions.send import Changed, Seen
from portal.newsletter.desk.send import the_letter
from portal.newsletter.forms import ConfirmForm
from portal.newsletter.models import Approval, Campaign
from portal.newsletter.queries import letters, policy
from portal.newsletter.queries.zones import elsewhere
from portal.staff.models import Recruiter
from portal.staff.models.roles import APPROVE, SEND
from portal.staff.queries import house
from portal.staff.queries.people import names
from portal.web.desk import current_recruiter, fresh, needs, render

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
    me, form = current_recruiter(), ConfirmForm()
    seen = Seen(_number(form.version.data), str(form.rule.data or ""))
    if not form.validate():
        return _page(slug, form, 422)
    spread = int(form.spread.data or 0) if house().spreading else 0
    try:
        if house().approval:
            return _asked(slug, seen, me, spread)
        made = sending.send(slug, seen, me, spread, clock.now())
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
        made = sending.answer(row, me, yes, words, now)
    except AlreadySent as error:
        return _refused(str(error), f"/desk/campaigns/{error.first.id}")
    except (Changed, NotReady, ContentError, TooLong) as error:
        return _refused(str(error), url_for(".approval", slug=slug, id=id))
    db.session.commit()
    if made:
        return _sent(made)
    flash(_("You said no. Whoever asked sees your words at the newsletter."), "ok")
    return redirect(url_for("desk_newsletters.index"), 303)


def _asked(slug: str, seen: Seen, me: Recruiter, spread: int) -> ResponseReturnValue:
    sending.ask(slug, seen, me, spread, clock.now())
    db.session.commit()
    flash(_("A second person is asked. It goes out when they say yes."), "ok")
    return redirect(url_for("desk_send.show", slug=slug), 303)


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
    row, found, me = _approval(slug, id), the_letter(slug), current_recruiter()
    with at_once():
        audience = found.audience(max(row.send_at, clock.now()), when=False)
        rule = say(found.segment.rule) if found.segment else ""
    same = found.segment and sending.mark(dump(found.segment.rule)) == sending.mark(row.rule)
    stale = found.version.id != row.version_id or not same
    people = names({who for who in (row.asked_by, row.sender_id) if who})
    return {"row": row, "letter": found, "diff": audience, "rule": rule, "stale": stale, "names": people,
            "mine": not policy.may_answer(me, row)}  # fmt: skip


def _page(slug: str, form: ConfirmForm, status: int = 200) -> ResponseReturnValue:
    me, now, found = current_recruiter(), clock.now(), the_letter(slug)
    with at_once():
        at, draft, people = found.at(now), found.draft(now), letters.names(me, found.about)
        around, audience = letters.around(slug, found.chosen), found.audience(at, when=False)
        lacks = needed(found, draft, audience.match if audience else 0, me, people, around, now)
        if found.segment is None or audience is None or any(need.blocks for need in lacks):
            return redirect(url_for("desk_send.show", slug=slug), 303)
        rule, where = say(found.segment.rule), elsewhere(found.segment.rule, at, me.time_zone, now) if at > now else []
    form.version.data, form.rule.data = str(found.version.id), sending.mark(dump(found.segment.rule))
    page = render("newsletter/desk/confirm.html", letter=found, sender=sender_of(found, people), diff=audience, at=at,
                  planned=at > now, form=form, rule=rule, where=where, there=there,
                  house=around.house)  # fmt: skip
    return page, status
