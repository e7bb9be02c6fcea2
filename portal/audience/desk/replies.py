"""What members answered by button: the list at the desk, and marking an answer as seen to."""

from datetime import date
from typing import Any

from flask import Blueprint, abort, flash, redirect, request, url_for
from werkzeug import Response

from portal import clock
from portal.audience.actions import reply as actions
from portal.audience.models import Reply
from portal.audience.queries import preferences as queries
from portal.audience.queries import replies
from portal.audience.queries.replies import ANSWER_WORDS, PAGE
from portal.db import db
from portal.languages import gettext as _
from portal.staff.models.roles import PEOPLE
from portal.web.desk import current_recruiter, needs, render

bp = Blueprint("desk_replies", __name__, url_prefix="/desk/replies", template_folder="../templates")


@bp.get("")
@needs(PEOPLE)
def index() -> str:
    """What waits to be seen to, or what was: answers to what one sent oneself, or to everybody's mail."""
    me = current_recruiter()
    everybody, done = request.args.get("of") == "all", request.args.get("show") == "handled"
    whose, page = None if everybody else me.id, request.args.get("page", 0, int)
    page = min(max(page, 0), 10_000)
    found = replies.handled(whose, page) if done else replies.open_for(whose, page)
    return render(
        "audience/desk/replies.html",
        found=found,
        answers=ANSWER_WORDS,
        everybody=everybody,
        done=done,
        page=page,
        more=len(found) == PAGE,
        mine=replies.waiting(me.id),
        all=replies.waiting(None),
        today=_today(),
        list=_here(everybody, done),
    )


@bp.post("/<int:id>/handled")
@needs(PEOPLE)
def handled(id: int) -> Response:
    """Note that somebody has seen to an answer; with `again`, that it waits after all."""
    reply = db.session.get(Reply, id) or abort(404, _("This answer is gone: the member may have been erased."))
    again = "again" in request.form
    actions.handle(reply, current_recruiter(), clock.now(), done=not again)
    db.session.commit()
    flash(_("It waits again.") if again else _("Marked as seen to."), "ok")
    back = request.args
    return redirect(url_for(".index", **_here(back.get("of") == "all", back.get("show") == "handled")), 303)


def _here(everybody: bool, done: bool) -> dict[str, Any]:
    """What an address says of the list that is shown."""
    return ({"of": "all"} if everybody else {}) | ({"show": "handled"} if done else {})


def _today() -> date:
    return queries.today(current_recruiter().time_zone, clock.now())
