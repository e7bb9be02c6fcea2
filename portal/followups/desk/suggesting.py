"""Suggestions: one click takes one off the list."""

from flask import Blueprint, abort, flash, redirect, request, url_for
from werkzeug import Response

from portal import clock
from portal.db import db
from portal.followups.actions import suggest
from portal.followups.desk.found import LARGEST
from portal.followups.models import Suggestion
from portal.languages import gettext as _
from portal.staff.models.roles import PEOPLE
from portal.web.access import safe_next
from portal.web.desk import current_recruiter, needs

bp = Blueprint("suggesting", __name__, url_prefix="/desk/suggestions", template_folder="../templates")


@bp.post("/<int:id>/dismiss")
@needs(PEOPLE)
def dismiss(id: int) -> Response:
    """Not this week. It is one's own list: a colleague's suggestion is not there."""
    row = db.session.get(Suggestion, id) if id <= LARGEST else None
    if row is None or row.recruiter_id != current_recruiter().id:
        abort(404, _("This suggestion is not there any more."))
    suggest.dismiss(row, clock.now())
    db.session.commit()
    flash(_("Taken off this week's list."), "ok")
    return redirect(safe_next(request.form.get("back"), url_for("people.index")), 303)
