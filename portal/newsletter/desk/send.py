"""Step 3 of a newsletter: under whose name, a copy to look at, when. The button is on a page of its own, `confirm`."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from flask import Blueprint, abort, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from portal import clock
from portal.audience.queries.became import there
from portal.audience.queries.catalogue import at_once
from portal.audience.queries.named import many_members
from portal.db import db
from portal.languages import gettext as _
from portal.languages import ngettext
from portal.mail.outbox import TooLong
from portal.newsletter import emails
from portal.newsletter.actions import copies, preview
from portal.newsletter.actions.preview import Unreadable
from portal.newsletter.actions.ready import Letter, decide, letter, needed, sender_of
from portal.newsletter.actions.schedule import Order
from portal.newsletter.actions.send import wrote
from portal.newsletter.desk.preview import the_piece
from portal.newsletter.forms import WhenForm
from portal.newsletter.queries import letters, policy
from portal.newsletter.queries.zones import elsewhere
from portal.staff.actions import senders as permitting
from portal.staff.models import Recruiter
from portal.staff.models.roles import SEND, WRITE
from portal.staff.queries import colleagues
from portal.staff.queries.senders import Choice
from portal.web.desk import current_recruiter, needs, render

bp = Blueprint("desk_send", __name__, url_prefix="/desk/newsletters/<slug>/send", template_folder="../templates")


def the_letter(slug: str) -> Letter:
    """A newsletter as it says now, or 404."""
    return letter(slug) or abort(404)


@bp.get("")
@needs(WRITE)
def show(slug: str) -> str:
    """What there is to do first, and all that can be chosen."""
    return _page(slug, None)


@bp.post("/when")
@needs(WRITE)
def when(slug: str) -> ResponseReturnValue:
    """Choose when it goes: the newsletter says so from now on."""
    me, now, form = current_recruiter(), clock.now(), WhenForm()
    form.validate()
    at = form.moment(me.time_zone, now)
    if form.at.errors or form.errors:
        return _page(slug, form), 422
    return _chosen(slug, send_at=at)


@bp.post("/sender")
@needs(WRITE)
def sender(slug: str) -> ResponseReturnValue:
    """Choose under whose name it goes: the house's, one's own, or somebody's who allows it."""
    me, said, about = current_recruiter(), request.form.get("sender", ""), emails.about(slug)
    found = {str(one.recruiter.id): one for one in letters.names(me, about)}.get(said)
    if said and (found is None or not found.allowed):
        abort(403, _("Only people who allow it can be chosen. Ask them first."))
    if found and found.recruiter.id == me.id and not me.may(SEND):
        # somebody else presses the button, under the name that its owner chose here
        permitting.give(me, clock.now(), about=about)
    return _chosen(slug, sender=found.recruiter.name if found else None)


@bp.post("/ask")
@needs(WRITE)
def ask(slug: str) -> ResponseReturnValue:
    """Ask somebody to let it go out under their name."""
    me, asked, piece = current_recruiter(), request.form.get("sender", ""), the_piece(slug)
    found = {str(one.id): one for one in colleagues()}.get(asked) or abort(404)
    permitting.ask(me, found.id, clock.now(), about=emails.about(piece.slug))
    db.session.commit()
    flash(_("%(name)s is asked, and answers on their account page. You can go on meanwhile.", name=found.name), "ok")
    return redirect(url_for(".show", slug=slug, _anchor="sender"), 303)


@bp.post("/test")
@needs(WRITE)
def test(slug: str) -> ResponseReturnValue:
    """Send a copy to oneself or colleagues."""
    me, now, found = current_recruiter(), clock.now(), the_letter(slug)
    wanted = set(request.form.getlist("to"))
    people = letters.names(me, found.about)
    to = [one.recruiter for one in people if str(one.recruiter.id) in wanted]
    if not to:
        flash(_("Choose to whom the copy goes."), "warn")
        return redirect(url_for(".show", slug=slug, _anchor="test"), 303)
    try:
        count = copies.send(found, to, request.form.get("as", ""), _order(found, me, people), now)
    except (Unreadable, TooLong) as error:
        db.session.rollback()
        flash(str(error), "warn")
        return redirect(url_for(".show", slug=slug, _anchor="test"), 303)
    db.session.commit()
    flash(ngettext("A copy is on its way. Its subject begins with [Test].",
                   "%(num)s copies are on their way. Their subjects begin with [Test].", count), "ok")  # fmt: skip
    return redirect(url_for(".show", slug=slug, _anchor="test"), 303)


def _order(found: Letter, me: Recruiter, people: Sequence[Choice]) -> Order:
    sender = sender_of(found, people)
    return Order(me, sender.recruiter if sender else None, wrote(found))


def _chosen(slug: str, **said: Any) -> ResponseReturnValue:
    me, found = current_recruiter(), the_letter(slug)
    if not policy.may_write(me, found.piece):
        abort(403, _("This newsletter is a file: this is written there. To choose at the desk, edit it here first."))
    if not decide(found, me, clock.now(), **said):
        db.session.rollback()
        flash(_("Somebody saved this newsletter in this moment. Look at it, and choose again."), "warn")
    else:
        db.session.commit()
        flash(_("Saved."), "ok")
    return redirect(url_for(".show", slug=slug, _anchor=next(iter(said))), 303)


def _page(slug: str, form: WhenForm | None) -> str:
    """Among very many members the page comes at once, and what hangs on their numbers by a request of its own."""
    me, now = current_recruiter(), clock.now()
    uncounted = not request.args.get("counted") and many_members()
    with at_once():
        found = the_letter(slug)
        draft, people, around = found.draft(now), letters.names(me, found.about), letters.around(slug, found.chosen)
        audience = None if uncounted else found.audience(now, when=False)
        match = audience.match if audience else int(uncounted)
        lacks = needed(found, draft, match, me, people, around, now)
        planned = found.at(now) > now
        where = elsewhere(found.segment.rule, found.at(now), me.time_zone, now) if found.segment and planned else []
        readers = preview.readers(draft) if draft else []
    return render(
        "newsletter/desk/send.html",
        letter=found,
        sender=sender_of(found, people),
        diff=audience,
        needs=[need for need in lacks if need.blocks],
        notes=[need for need in lacks if not need.blocks],
        people=people,
        readers=readers,
        form=form or _when(found.send_at, me.time_zone, now),
        planned=planned,
        where=where,
        there=there,
        editable=policy.may_write(me, found.piece),
        asked=around.approval if around.house.approval else None,
        uncounted=uncounted and found.segment is not None,
    )


def _when(planned: datetime | None, zone: str, now: datetime) -> WhenForm:
    form = WhenForm(formdata=None)
    if planned and planned > now:
        form.when.data, form.at.data = "at", planned.astimezone(ZoneInfo(zone)).replace(tzinfo=None)
    return form
