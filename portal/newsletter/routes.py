"""The public archive: every newsletter, without anything personal."""

from flask import Blueprint, abort, render_template

from portal import clock
from portal.newsletter import queries
from portal.web.caching import public

bp = Blueprint("newsletter", __name__, url_prefix="/newsletter", template_folder="templates")


@bp.get("")
@public
def index() -> str:
    """The issues that went out, newest first."""
    return render_template("newsletter/index.html", issues=queries.latest(clock.now()))


@bp.get("/<slug>")
@public
def show(slug: str) -> str:
    """One issue, as everybody may read it: "view in browser" leads here."""
    letter = queries.archived(slug, clock.now())
    if letter is None:
        abort(404)
    return render_template("newsletter/show.html", letter=letter)
