"""Where the links at the foot of a copy lead: a page that says that they do nothing."""

from flask import Blueprint, render_template

from portal.web.caching import public

bp = Blueprint("desk_copy", __name__, template_folder="../templates")


@bp.get("/desk/copy")
@public
def show() -> str:
    """Says so, to whoever holds a copy."""
    return render_template("newsletter/copy.html")
