"""Whom an opening is for, of the people whom we know: who they are, why, and telling them first."""

from urllib.parse import urlencode

from flask import Blueprint, abort, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from portal import clock
from portal.alerts.actions import first
from portal.alerts.queries import warm
from portal.audience.queries.catalogue import at_once
from portal.content import ContentError
from portal.db import db
from portal.jobs.queries.wanted import Wanted, by_slugs
from portal.languages import gettext as _
from portal.staff.models.roles import PEOPLE, SEGMENTS, WRITE
from portal.web.desk import current_recruiter, needs, render
from portal.writing.actions import versions

bp = Blueprint("job_people", __name__, template_folder="../templates", url_prefix="/desk/jobs/<slug>/people")


@bp.get("")
@needs(PEOPLE)
def index(slug: str) -> str:
    """Those with whom we were in touch last; or somebody who is looked for (`q`), and why it is for them or not."""
    me, now, wanted = current_recruiter(), clock.now(), _wanted(slug)
    typed = request.args.get("q", "").strip()[:100]
    with at_once():
        rows, more = (warm.looked_up(wanted, typed, me, now), False) if typed else warm.warm(wanted, me, now)
        return render(
            "alerts/desk/people.html", wanted=wanted, state=wanted.state_at(now), rows=rows, more=more, typed=typed,
            may_write=me.may(WRITE) and me.may(SEGMENTS),
        )  # fmt: skip


@bp.post("")
@needs(PEOPLE)
def tell(slug: str) -> ResponseReturnValue:
    """Begin a newsletter to all of them: the segment is made, the words are theirs to write."""
    me, now, wanted = current_recruiter(), clock.now(), _wanted(slug)
    if not (me.may(WRITE) and me.may(SEGMENTS)):
        abort(403, _("Your role at the desk does not include this. An admin can change that."))
    if wanted.state_at(now) not in {"early", "open"}:
        abort(409, _("This opening is neither early nor open, so nobody can be told of it now."))
    try:
        segment = first.segment_of(wanted, me, now)
    except (ContentError, versions.TakenError):
        db.session.rollback()
        flash(_("The segment could not be made just now. Try again, or build it on the page “Who gets it”."), "warn")
        return redirect(url_for(".index", slug=slug), 303)
    db.session.commit()
    begin = urlencode({"segment": segment, "subject": wanted.title})
    return redirect(f"/desk/newsletters/new?{begin}", 303)


def _wanted(slug: str) -> Wanted:
    """The opening, whatever its state. Raises 404."""
    found = by_slugs([slug])
    return found[0] if found else abort(404, _("There is no such opening, or it has never been published."))
