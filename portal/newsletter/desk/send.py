"""Step 3 of a newsletter: under whose name, a copy to look at, when. The button is on a page of its own, `confirm`."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from flask import Blueprint, abort, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from portal import clock
from portal.audience.queries.catalogue import at_once
from portal.db import db
from portal.languages import gettext as _
from portal.languages import ngettext
from portal.mail.outbox import TooLong
from portal.newsletter import emails
from portal.newsletter.actions import copies, ready
from portal.newsletter.actions.preview import Unreadable
from portal.newsletter.actions.send import order_of
from portal.newsletter.desk.preview import the_piece
from portal.newsletter.forms import WhenForm
from portal.newsletter.queries import policy
from portal.newsletter.queries.approvals import last
from portal.newsletter.queries.zones import zones
from portal.staff.actions import senders as permitting
from portal.staff.models.roles import SEND, WRITE
from portal.staff.queries import colleagues, house, senders
from portal.web.desk import current_recruiter, needs, render
from portal.writing import queries as writing

bp = Blueprint("desk_send", __name__, url_prefix="/desk/newsletters/<slug>/send", template_folder="../templates")


def found_of(slug: str) -> ready.Ready:
    """A newsletter as it says now, or 404."""
    piece = the_piece(slug)
    return ready.ready(piece, writing.current(piece) or abort(404), clock.now())


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
    me, now, said = current_recruiter(), clock.now(), request.form.get("sender", "")
    about = emails.about(slug)
    found = {str(one.recruiter.id): one for one in senders.choices(me, "newsletter", about)}.get(said)
    if said and (found is None or not found.allowed):
        abort(403, _("Only people who allow it can be chosen. Ask them first."))
    if found and found.recruiter.id == me.id and not me.may(SEND):
        permitting.give(me, now, about=about)  # somebody else presses the button, under the name that they chose here
    return _chosen(slug, sender=found.recruiter.name if found else None)


@bp.post("/ask")
@needs(WRITE)
def ask(slug: str) -> ResponseReturnValue:
    """Ask somebody to let it go out under their name."""
    me, asked = current_recruiter(), request.form.get("sender", "")
    found = {str(one.id): one for one in colleagues()}.get(asked) or abort(404)
    permitting.ask(me, found.id, clock.now(), about=emails.about(the_piece(slug).slug))
    db.session.commit()
    flash(_("%(name)s is asked, and answers on their account page. You can go on meanwhile.", name=found.name), "ok")
    return redirect(url_for(".show", slug=slug, _anchor="sender"), 303)


@bp.post("/test")
@needs(WRITE)
def test(slug: str) -> ResponseReturnValue:
    """Send a copy to oneself or colleagues."""
    me, now, found = current_recruiter(), clock.now(), found_of(slug)
    wanted = set(request.form.getlist("to"))
    to = [one for one in colleagues() if str(one.id) in wanted]
    if not to:
        flash(_("Choose to whom the copy goes."), "warn")
        return redirect(url_for(".show", slug=slug, _anchor="test"), 303)
    try:
        count = copies.send(found.piece, to, request.form.get("as", ""), order_of(found, me), now)
    except (Unreadable, TooLong) as error:
        db.session.rollback()
        flash(str(error), "warn")
        return redirect(url_for(".show", slug=slug, _anchor="test"), 303)
    db.session.commit()
    flash(ngettext("A copy is on its way. Its subject begins with [Test].",
                   "%(num)s copies are on their way. Their subjects begin with [Test].", count), "ok")  # fmt: skip
    return redirect(url_for(".show", slug=slug, _anchor="test"), 303)


def _chosen(slug: str, **said: Any) -> ResponseReturnValue:
    me, piece, now = current_recruiter(), the_piece(slug), clock.now()
    if not policy.may_write(me, piece):
        abort(403, _("This newsletter is a file: this is written there. To choose at the desk, edit it here first."))
    if not ready.choose(piece, me, now, **said):
        db.session.rollback()
        flash(_("Somebody saved this newsletter in this moment. Look at it, and choose again."), "warn")
    else:
        db.session.commit()
        flash(_("Saved."), "ok")
    return redirect(url_for(".show", slug=slug, _anchor=next(iter(said))), 303)


def _page(slug: str, form: WhenForm | None) -> str:
    me, now = current_recruiter(), clock.now()
    with at_once():
        found = found_of(slug)
        audience = found.audience(now)
        lacks = ready.needed(found, me, audience.match if audience else 0, now)
        planned = found.send_at()
        where = zones(found.segment.rule, now) if found.segment and planned and planned > now else []
        readers = copies.readers(found) if found.draft else []
    return render(
        "newsletter/desk/send.html",
        letter=found,
        diff=audience,
        needs=[need for need in lacks if need.blocks],
        notes=[need for need in lacks if not need.blocks],
        people=senders.choices(me, "newsletter", found.about),
        readers=readers,
        form=form or _when(planned, me.time_zone, now),
        planned=planned,
        over=planned is not None and planned <= now,
        where=[zone for zone in where if zone != me.time_zone],
        editable=policy.may_write(me, found.piece),
        asked=last(slug),
        house=house(),
    )


def _when(planned: datetime | None, zone: str, now: datetime) -> WhenForm:
    form = WhenForm()
    if planned and planned > now:
        form.when.data, form.at.data = "at", planned.astimezone(ZoneInfo(zone)).replace(tzinfo=None)
    return form
