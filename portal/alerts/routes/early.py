"""An opening before everybody may see it, by somebody's personal link. It shows that opening and nobody (W-25)."""

from flask import Blueprint, abort, make_response, redirect, render_template, url_for
from werkzeug import Response

from portal import clock
from portal.alerts.queries import behind
from portal.jobs.queries.listing import newest
from portal.jobs.queries.page import page_of, similar

OTHERS = 3
bp = Blueprint("early", __name__, url_prefix="/openings", template_folder="../templates")


@bp.get("/<token>/<slug>")
def show(token: str, slug: str) -> Response:
    """The opening while it is early; afterwards the page for everybody. What is forged, for something else or not there
    yet is alike."""
    now = clock.now()
    posting = behind.of_opening(token, slug)
    state = posting.state_at(now) if posting else "draft"
    if posting is None or state == "draft":
        abort(404)
    if state == "open":
        return _private(redirect(url_for("jobs.show", slug=slug)))
    if state == "closed":
        near = similar(posting, now)
        others = [] if near else newest(now, OTHERS)
        page = render_template("jobs/closed.html", posting=posting, similar=near, others=others)
        return _private(make_response(page, 410))
    return _private(make_response(render_template("jobs/show.html", opening=page_of(posting, now), early=True)))


def _private(response: Response) -> Response:
    """For no search engine and no cache."""
    response.headers["X-Robots-Tag"] = "noindex"
    response.headers["Cache-Control"] = "no-store"
    return response
