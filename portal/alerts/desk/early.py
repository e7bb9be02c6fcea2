"""The window of an early opening at the desk: who heard when, who waits, whom we could not tell and why."""

from flask import Blueprint, abort, request

from portal import clock
from portal.alerts.queries import windows
from portal.audience.queries.catalogue import at_once
from portal.config import settings
from portal.jobs.queries.wanted import Wanted, by_slugs
from portal.languages import gettext as _
from portal.staff.models.roles import PEOPLE
from portal.web.desk import current_recruiter, needs, render
from portal.web.paging import page_number

bp = Blueprint("job_early", __name__, template_folder="../templates", url_prefix="/desk/jobs/<slug>/early")


@bp.get("")
@needs(PEOPLE)
def show(slug: str) -> str:
    """Numbers, and the members behind them; `outcome`: only those of whom that holds."""
    me, now, wanted = current_recruiter(), clock.now(), _wanted(slug)
    outcome, page = request.args.get("outcome", ""), page_number()
    with at_once():
        found = windows.window(wanted, me, now, outcome, page)
    return render(
        "alerts/desk/early.html",
        wanted=wanted,
        window=found,
        words=windows.words,
        outcome=outcome if outcome in found.counts else "",
        page=page,
        state=wanted.state_at(now),
        minutes=settings().early_minutes,
    )


def _wanted(slug: str) -> Wanted:
    """The opening, whatever its state. Raises 404."""
    found = by_slugs([slug])
    return found[0] if found else abort(404, _("There is no such opening, or it has never been published."))
