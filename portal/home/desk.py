"""The desk's first page: what waits for whoever opens it, by their role, and else the next step."""

from zoneinfo import ZoneInfo

from flask import Blueprint

from portal import clock
from portal.home.queries.waiting import waiting
from portal.languages import gettext as _
from portal.staff.models.roles import ADMIN, OPENINGS, PEOPLE, SEGMENTS, SEND, WRITE
from portal.web.desk import current_recruiter, render

bp = Blueprint("desk_home", __name__, template_folder="templates")


@bp.get("/desk")
def show() -> str:
    """What waits."""
    me, now = current_recruiter(), clock.now()
    rights = [right for right in (WRITE, SEGMENTS, PEOPLE, SEND, ADMIN, OPENINGS) if me.may(right)]
    return render(
        "home/desk/show.html",
        hello=_hello(now.astimezone(ZoneInfo(me.time_zone)).hour, me.name.partition(" ")[0]),
        rights=rights,
        waits=waiting(me, now),
        now=now,
    )


def _hello(hour: int, name: str) -> str:
    if hour < 5 or hour >= 18:
        return _("Good evening, %(name)s", name=name)
    return _("Good morning, %(name)s", name=name) if hour < 12 else _("Good afternoon, %(name)s", name=name)
