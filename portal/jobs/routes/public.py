"""Openings: looked through, read; and a kind word where one is over."""

from flask import Blueprint, abort, render_template, request
from flask.typing import ResponseReturnValue

from portal import clock
from portal.jobs.queries import markup
from portal.jobs.queries.asked import FILTERS, MOST_TYPED, Asked
from portal.jobs.queries.listing import listing, newest
from portal.jobs.queries.page import find, page_of, similar
from portal.languages import gettext as _
from portal.web.caching import public, public_by
from portal.web.paging import page_number_or_404

ON_A_PAGE = 20
SHOWN = 3

bp = Blueprint("jobs", __name__, url_prefix="/jobs", template_folder="../templates")


@bp.get("")
@public_by(*FILTERS, "page")
def index() -> str:
    """The open ones, the newest first, as they were asked for."""
    asked, number = _asked(), page_number_or_404()
    try:
        found = listing(asked, clock.now(), number, ON_A_PAGE)
    except LookupError:
        abort(404, _("Openings cannot be chosen by that. Look through all of them instead."))
    if not found.openings and number > 1:
        abort(404)
    return render_template(
        "jobs/index.html",
        asked=asked,
        found=found,
        number=number,
        pages=-(-found.count // ON_A_PAGE),
    )


def _asked() -> Asked:
    chosen = {name: request.args[name] for name in FILTERS if request.args.get(name)}
    return Asked(chosen, " ".join(request.args.get("q", "")[:MOST_TYPED].split()))


@bp.get("/<slug>")
@public
def show(slug: str) -> ResponseReturnValue:
    """One opening. What is over says so, with 410 for machines; all else that is not open is not there."""
    now = clock.now()
    posting = find(slug, now) or abort(404)
    if posting.state_at(now) == "closed":
        near = similar(posting, now)
        others = [] if near else newest(now, SHOWN)
        return render_template("jobs/closed.html", posting=posting, similar=near, others=others), 410
    return render_template("jobs/show.html", opening=page_of(posting, now), markup=markup.job_posting(posting, now))
