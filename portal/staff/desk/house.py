"""What holds for the whole desk: going live, and what an admin turns on."""

from flask import Blueprint, abort, current_app, flash, redirect, request, url_for
from werkzeug import Response

from portal import clock
from portal.db import db
from portal.languages import gettext as _
from portal.languages import lazy_gettext as _l
from portal.staff.actions import house as acting
from portal.staff.forms.team import LiveForm
from portal.staff.models.roles import ADMIN
from portal.staff.queries import house
from portal.staff.queries.people import names
from portal.web.desk import current_recruiter, fresh, needs, render

bp = Blueprint("desk_house", __name__, url_prefix="/desk/team/house", template_folder="../templates")
Page = str | Response | tuple[str, int]
SWITCHES = {
    "approval": (
        _l("A second person says yes before anything is sent"),
        _l("Who wants to send asks first, and a colleague who may send looks at it and says yes or no."),
    ),
    "spreading": (
        _l("Mail may be spread over hours"),
        _l("Who sends can choose over how many hours a newsletter goes out, so that answers do not all come at once."),
    ),
}


@bp.get("")
@needs(ADMIN)
def show() -> Page:
    """How things stand."""
    return _page(LiveForm())


def _page(form: LiveForm) -> str:
    row = house()
    reachable: int = current_app.extensions["reachable"](clock.now()) if row.live_at is None else 0
    live_by = names([row.live_by]).get(row.live_by) if row.live_by else None
    return render("staff/house.html", form=form, house=row, switches=SWITCHES, reachable=reachable, live_by=live_by)


@bp.post("/live")
@needs(ADMIN)
@fresh
def live() -> Page:
    """Go live. There is no way back into the trial."""
    form = LiveForm()
    if not form.validate_on_submit():
        return _page(form), 422
    gone = acting.go_live(current_recruiter(), clock.now())
    db.session.commit()
    flash(_("You are live: mail reaches members from now on.") if gone else _("You are live already."), "ok")
    return redirect(url_for("desk_house.show"), 303)


@bp.post("/switch")
@needs(ADMIN)
@fresh
def switch() -> Response:
    """Turn one of the switches on or off."""
    name, on = request.form.get("name", ""), request.form.get("on") == "1"
    if name not in SWITCHES:
        abort(400)
    acting.switch(name, on, current_recruiter(), clock.now())
    db.session.commit()
    flash(_("It is on.") if on else _("It is off."), "ok")
    return redirect(url_for("desk_house.show"), 303)
