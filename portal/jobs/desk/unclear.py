"""What boards leave unclear: one click settles it, and is remembered for all that say the same."""

from flask import Blueprint, abort, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from portal import clock
from portal.audience.queries import options
from portal.audience.queries.words import LEVEL_WORDS
from portal.db import db
from portal.jobs.actions.settling import UnknownValue, settle
from portal.jobs.forms.values import pairs
from portal.jobs.models import ANYWHERE, FIELDS, Posting
from portal.jobs.queries import waiting
from portal.jobs.queries.choices import choices
from portal.languages import gettext as _
from portal.languages import ngettext, number
from portal.staff.models.roles import OPENINGS_ANY
from portal.web.desk import current_recruiter, needs, render

ON_A_PAGE = 30
bp = Blueprint("desk_unclear", __name__, template_folder="../templates", url_prefix="/desk/jobs/unclear")


@bp.get("")
@needs(OPENINGS_ANY)
def index() -> str:
    """What there is to say, about one field at a time."""
    listed = waiting.listed(clock.now())
    counts = waiting.counts(listed)
    field = request.args.get("field", "")
    field = field if field in counts else next(iter(counts), "")
    asked, known = waiting.questions(listed, field), choices()
    return render(
        "jobs/desk/unclear.html", field=field, counts=counts, questions=asked[:ON_A_PAGE],
        more=len(asked) - ON_A_PAGE, choices=known, levels=pairs(LEVEL_WORDS), anywhere=ANYWHERE,
        countries=[(code, options.country(code)) for code in known.countries],
    )  # fmt: skip


@bp.post("")
@needs(OPENINGS_ANY)
def say() -> ResponseReturnValue:
    """Settle it: of one opening, or of all of its board whose words are the same."""
    given, field = request.form.get("posting", ""), request.form.get("field", "")
    posting = db.session.get(Posting, int(given)) if given.isascii() and given.isdecimal() and len(given) < 10 else None
    if posting is None or posting.board_id is None or field not in FIELDS:
        abort(404)
    value = [one for said in request.form.getlist("value") for one in said.split("+") if one]
    try:
        count = settle(posting, field, value, "remember" in request.form, current_recruiter(), clock.now())
    except UnknownValue:
        abort(400, _("That is not one of the things that can be said of an opening. Choose one that is shown."))
    except ValueError:
        abort(409, _("Its board says something else by now. Look at it once more."))
    title = posting.title
    db.session.commit()
    flash(ngettext("Settled for “%(title)s”.", "Settled for %(count)s openings.", count, count=number(count),
                   title=title), "ok")  # fmt: skip
    return redirect(url_for(".index", field=field), 303)
