"""Everything held about a member: shown, downloaded, erased."""

from datetime import timedelta

from flask import Blueprint, Response, abort, flash, redirect, render_template, session, url_for
from sqlalchemy.exc import OperationalError
from werkzeug import Response as AnyResponse

from portal import clock
from portal.config import settings
from portal.db import db, scrub
from portal.languages import gettext as _
from portal.members.actions import archive
from portal.members.actions.erase import erase
from portal.members.actions.journal import JournalError
from portal.members.forms import EraseForm
from portal.members.queries.archive import KEPT, content, of_member, ready_until, waits
from portal.members.queries.held import sections
from portal.web.access import current_member, sign_out
from portal.web.caching import public
from portal.web.throttle import Limit, spend

bp = Blueprint("privacy", __name__, url_prefix="/me/privacy", template_folder="../templates")
erased = Blueprint("erased", __name__, template_folder="../templates")
SHOWN = 10
"""So many entries of a kind are on the page; all are in the download."""
TRIES = 3


@bp.get("")
def show() -> str:
    """All of it in words, the newest of what is long."""
    member, now = current_member(), clock.now()
    row = of_member(member.id)
    return render_template(
        "members/privacy.html",
        member=member,
        sections=sections(member, now),
        shown=SHOWN,
        waiting=row is not None and waits(row),
        ready=row,
        until=ready_until(row, now),
        kept=KEPT.days,
    )


@bp.post("/export")
def ask() -> AnyResponse:
    """Have the archive made. Ten times asked, one is made."""
    member, now = current_member(), clock.now()
    spend("archive", [Limit(f"member {member.id}", 20, timedelta(days=1))], now)
    said = archive.ask(member.id, now)
    db.session.commit()
    words = {
        "asked": _("We are putting it together. A mail tells you when it is ready, mostly within some minutes."),
        "waiting": _("It is being put together already. A mail tells you when it is ready."),
        "same": _("The one below is less than a day old, and you have changed nothing since: download that."),
    }
    flash(words[said], "ok")
    return redirect(url_for("privacy.show") + "#download", 303)


@bp.get("/export")
def download() -> Response:
    """The archive itself; only ever one's own."""
    row = of_member(current_member().id)
    until = ready_until(row, clock.now())
    if row is None or row.built_at is None or row.size is None or until is None:
        abort(404, _("There is nothing to download, or no longer. Ask for it on your privacy page."))
    name = f"rapport-{row.built_at:%Y-%m-%d}.zip"
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Content-Length": str(row.size)}
    return Response(content(row.member_id, row.size), mimetype="application/zip", headers=headers)


@bp.route("/erase", methods=["GET", "POST"])
def confirm() -> str | AnyResponse | tuple[str, int]:
    """What goes and what stays, and, ticked and pressed, the end of it."""
    member, form = current_member(), EraseForm()
    if form.validate_on_submit():
        return _erase()
    titles = [section.title for section in sections(member, clock.now()) if section.entries]
    page = render_template("members/privacy_erase.html", member=member, form=form, titles=titles)
    return (page, 422) if form.errors else page


def _erase() -> AnyResponse:
    """Erase, again if a worker that sends to them stood in the way: PostgreSQL then lets one of two go first."""
    for left in reversed(range(TRIES)):
        try:
            erase(current_member(), "you", clock.now())
            db.session.commit()
            break
        except JournalError:
            db.session.rollback()
            abort(503, _("Nothing was erased, because we could not write it down safely. Try again in some minutes."))
        except OperationalError:
            db.session.rollback()
            if not left:
                raise
    scrub()
    session.clear()
    response = redirect(url_for("erased.done"), 303)
    sign_out(response)
    return response


@erased.get("/erased")
@public
def done() -> str:
    """It is done. The same for everybody, as nobody is known here any more."""
    return render_template("members/privacy_erased.html", org=settings().org_name)
