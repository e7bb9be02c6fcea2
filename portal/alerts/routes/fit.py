"""What is wrong with an opening: a page that asks, behind a link beside each; only its buttons act (P1).

Whoever holds the mail may press them, as they only take away; they learn nothing of whom it went to (W-25).
"""

from flask import Blueprint, abort, flash, get_flashed_messages, redirect, render_template, request, url_for
from werkzeug import Response

from portal import clock
from portal.alerts.actions import correcting
from portal.alerts.queries import behind, corrections
from portal.alerts.queries.behind import Behind
from portal.audience.actions.correct import Corrected
from portal.audience.queries import preferences as queries
from portal.audience.queries import said
from portal.db import db
from portal.jobs.queries.wanted import Wanted
from portal.languages import gettext as _
from portal.members.models import Member
from portal.web.access import member_or_none
from portal.web.language import use
from portal.web.requests import network_prefix

bp = Blueprint("fit", __name__, url_prefix="/fit", template_folder="../templates")
UNDO = "undo "
"""A flash of this category ends with the number of the change that it tells of (audience/parts.html)."""
Answer = str | Response | tuple[str, int]


@bp.get("/<token>")
def ask(token: str) -> Answer:
    """What may be wrong with it, each with a button."""
    found = _found(token)
    if found.member is None or found.wanted is None:
        return render_template("alerts/fit_gone.html")
    return _page(token, found.member, found.wanted)


@bp.post("/<token>")
def act(token: str) -> Answer:
    """Change the one preference that a button is about, and say which."""
    found = _found(token)
    if found.member is None or found.wanted is None:
        return render_template("alerts/fit_gone.html")
    what, own = request.form.get("correct", ""), _is_own(found.member)
    if what == corrections.LATER:
        what = f"{what}:{request.form.get('month', '')}"
    try:
        by = "you" if own else "link"
        done = correcting.correct(found.member, found.wanted, what, by, network_prefix(), clock.now())
    except correcting.NothingLeft as error:
        db.session.rollback()
        return _page(token, found.member, found.wanted, said.titles([error.preference])), 422
    except LookupError:
        abort(400, _("This button is not ours. Reload the page and press one of those that are shown."))
    told = _told(done, own, corrections.PREFERENCE[what.partition(":")[0]])
    db.session.commit()
    flash(*told)
    if not found.lasting:  # it is not for them any more, and nobody else may see it yet
        return _page(token, found.member, found.wanted)
    return redirect(url_for(".ask", token=token, opening=found.wanted.slug), 303)


def _found(token: str) -> Behind:
    """Whose, and which opening; from here on in their language. 404 with a way out when there is no such."""
    found = behind.of_fit(token, request.args.get("opening", ""), clock.now())
    if found is None:
        abort(404, _("This link is not whole. Open the mail again and follow its link, or sign in."))
    if found.member:
        use(found.member.language)
    return found


def _is_own(member: Member) -> bool:
    signed_in = member_or_none()
    return signed_in is not None and signed_in.id == member.id


def _told(done: Corrected, own: bool, preference: str) -> tuple[str, str]:
    """Which preference was changed; to the member also what holds of it now, and how to undo it. Whoever else holds the
    mail reads the same whatever they had chosen before (W-25)."""
    if not own:
        return said.changed(done.change.after if done.change else [preference]), "ok"
    if done.change is None:
        return _("It was so already. Nothing had to be changed."), "info"
    return said.saved(done.now, done.change.after), f"{UNDO}{done.change.id}"


def _page(token: str, member: Member, opening: Wanted, nothing_left: str = "") -> str:
    return render_template(
        "alerts/fit.html",
        token=token,
        opening=opening,
        offers=corrections.offers(opening),
        months=corrections.named(corrections.months(queries.today(member.time_zone, clock.now()))),
        later=corrections.LATER,
        nothing_left=nothing_left,
        messages=get_flashed_messages(with_categories=True),
        person=member.name if _is_own(member) else None,
    )
