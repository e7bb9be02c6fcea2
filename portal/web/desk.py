"""At the desk: who is asking, what their role lets them do, and whether they proved lately who they are."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from functools import wraps
from typing import TYPE_CHECKING, Any, ParamSpec

from flask import abort, current_app, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from portal import clock, sessions
from portal.languages import gettext as _
from portal.web.access import AtDesk

if TYPE_CHECKING:
    from portal.staff.models import Recruiter

FRESH = timedelta(minutes=10)
"""For how long somebody who has proved who they are may send, export and change roles (W-08)."""
P = ParamSpec("P")
View = Callable[P, ResponseReturnValue]


@dataclass(frozen=True, slots=True)
class Room:
    """A line of the desk's navigation: where it leads, what it is called (lazily translated), its icon, and the right
    without which it is not shown (None: everybody's). `wiring.ROOMS` is the list."""

    path: str
    name: Any
    icon: str
    right: str | None = None


def recruiter_or_none() -> "Recruiter | None":
    """The signed-in recruiter, or None. Only under /desk is there one."""
    return current_user.recruiter if isinstance(current_user._get_current_object(), AtDesk) else None


def current_recruiter() -> "Recruiter":
    """The signed-in recruiter. Only behind Guard.DESK; elsewhere 401."""
    return recruiter_or_none() or abort(401)


def current_desk_session() -> sessions.DeskSession:
    """The session row of this browser. Only behind Guard.DESK."""
    if recruiter_or_none() is None:
        abort(401)
    session: sessions.DeskSession = current_user.session
    return session


def needs(right: str) -> Callable[[View[P]], View[P]]:
    """A view for those whose role has a right (`staff.models.roles`); others get 403. Put it right above the view."""

    def decorate(view: View[P]) -> View[P]:
        @wraps(view)
        def checked(*args: P.args, **kwargs: P.kwargs) -> ResponseReturnValue:
            if not current_recruiter().may(right):
                abort(403, _("Your role at the desk does not include this. An admin can change that."))
            return view(*args, **kwargs)

        return checked

    return decorate


def is_fresh() -> bool:
    """Whether this browser proved within ten minutes who sits before it."""
    return clock.now() - current_desk_session().proved_at < FRESH


def fresh(view: View[P]) -> View[P]:
    """A view for who proved lately who they are; others prove it first and come back, by GET.

    The page with the button goes behind it as well as the button, so that hardly anybody is stopped at the button.
    """

    @wraps(view)
    def checked(*args: P.args, **kwargs: P.kwargs) -> ResponseReturnValue:
        if is_fresh():
            return view(*args, **kwargs)
        back = request.full_path.rstrip("?") if request.method == "GET" else request.form.get("back", request.path)
        return redirect(url_for("desk_sign_in.prove", next=back), 303)

    return checked


def render(template: str, **values: Any) -> str:
    """A page of the desk (its template extends `desk.html`): with who is signed in, and the rooms open to them."""
    me = current_recruiter()
    rooms = [room for room in current_app.extensions["rooms"] if room.right is None or me.may(room.right)]
    return render_template(template, me=me, rooms=rooms, **values)
