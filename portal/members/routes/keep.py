"""What the link in a mail opens that asks whether somebody may be kept: a page with a button; it alone answers (P1)."""

from flask import Blueprint, abort, flash, redirect, render_template, url_for
from werkzeug import Response

from portal import clock
from portal.db import db
from portal.languages import day
from portal.languages import gettext as _
from portal.members.actions import contact
from portal.members.models import Member
from portal.members.queries import addresses, by_id, retention
from portal.web.language import use

bp = Blueprint("keep", __name__, template_folder="../templates")


@bp.get("/keep/<token>")
def ask(token: str) -> str:
    """What is held, in general, and until when. Whoever holds the link learns no more (W-25)."""
    member = _member(token)
    keeping = retention.keeping(member) if member else None
    return render_template(
        "members/keep.html",
        token=token,
        masked=addresses.masked(member.address) if member else "",
        keeping=keeping,
        until=day(keeping.day(member.time_zone)) if member and keeping else "",
    )


@bp.post("/keep/<token>")
def yes(token: str) -> Response:
    """Keep them. When nothing was asked (any more), the page says so: an old mail is no answer to the next question."""
    member = _member(token)
    keeping = retention.keeping(member) if member else None
    if member and keeping and keeping.asked:
        contact.keep(member.id, clock.now())
        db.session.commit()
        flash(_("Thank you. You stay a member."), "ok")
    return redirect(url_for("keep.ask", token=token), 303)


def _member(token: str) -> Member | None:
    """Whose link it is; None when they were erased. 404 with a way out when it is none of ours."""
    member_id = retention.read_token(token)
    if member_id is None:
        abort(404, _("This link is not whole. Open the mail again and follow its link, or sign in: that counts too."))
    member = by_id(member_id)
    if member:
        use(member.language)
    return member
