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

bp = Blueprint("job_early", __name__, template_folder="../templates", url_prefix="/desk/jobs/<slug>/early")


@bp.get("")
@needs(PEOPLE)
def show(slug: str) -> str:
    """Numbers, and the members behind them; `outcome`: only those of whom that holds."""
    me, now, wanted = current_recruiter(), clock.now(), _wanted(slug)
    outcome, number = request.args.get("outcome", ""), request.args.get("page", "1")
    page = int(number) if number.isascii() and number.isdecimal() and 0 < len(number) < 5 else 1
    with at_once():
        found = windows.window(wanted, me, now, outcome, max(page, 1))
    return render(
        "alerts/desk/early.html",
        wanted=wanted,
        window=found,
        words=windows.words,
        outcome=outcome if outcome in found.counts else "",
        page=max(page, 1),
        state=wanted.state_at(now),
        minutes=settings().early_minutes,
    )


def _wanted(slug: str) -> Wanted:
    """The opening, whatever its state. Raises 404."""
    found = by_slugs([slug])
    return found[0] if found else abort(404, _("There is no such opening, or it has never been published."))
