"""What a signed-in member chooses: one page, one button. Right after joining it is the welcome page."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug import Response

from portal import clock
from portal.audience.actions import preferences
from portal.audience.forms.preferences import PreferencesForm
from portal.audience.models import ASKED
from portal.audience.queries import preferences as queries
from portal.audience.queries.preferences import Preferences
from portal.audience.queries.wording import CURRENT, sentence
from portal.config import settings
from portal.db import db
from portal.languages import day
from portal.web.access import current_member
from portal.web.requests import network_prefix

bp = Blueprint("preferences", __name__, url_prefix="/me", template_folder="../templates")


@bp.get("/preferences")
def edit() -> str:
    """Everything as it is now."""
    chosen = queries.of(current_member())
    return _page(PreferencesForm(chosen), chosen)


@bp.post("/preferences")
def save() -> tuple[str, int] | Response:
    """Save what was changed, and say in words what holds now."""
    member, now = current_member(), clock.now()
    chosen = queries.of(member)
    form = PreferencesForm(chosen)
    if not form.validate():
        return _page(form, chosen), 422
    changes, overruled = form.changes(), form.overruled()
    preferences.save(member, changes, str(form.wording.data), network_prefix(), now)
    db.session.commit()
    flash(queries.saved(queries.changed(chosen, changes, now)), "ok")
    if overruled:
        both = ", ".join(overruled)
        flash(f"In the meantime this had been changed in another window; what you saved now counts: {both}.", "info")
    return redirect("/me" if _welcome() else url_for(".edit"), 303)


def _welcome() -> bool:
    return request.args.get("welcome") == "1"


def _page(form: PreferencesForm, chosen: Preferences) -> str:
    return render_template(
        "audience/welcome.html" if _welcome() else "audience/preferences.html",
        form=form,
        summary=queries.sentence(chosen),
        notes={purpose: _note(purpose, chosen) for purpose in ASKED},
        action=url_for(".save", welcome=1 if _welcome() else None),
        person=current_member().name,
        show_flashes=True,
    )


def _note(purpose: str, chosen: Preferences) -> str:
    """What a purpose means, in the words that are recorded."""
    since = f" You agreed on {day(chosen.agreed[purpose])}." if purpose in chosen.agreed else ""
    return sentence(purpose, settings().org_name, CURRENT) + since
