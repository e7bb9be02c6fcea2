"""What a signed-in member chooses: one page, on which each change holds at once, and can be taken back. With a script
the page sends each change as it is made; without one there is a button. Right after joining a short form welcomes."""

from collections.abc import Sequence
from datetime import datetime

from flask import Blueprint, Response, abort, flash, get_flashed_messages, redirect, render_template, request, url_for
from werkzeug import Response as AnyResponse

from portal import clock
from portal.audience.actions import preferences, undo
from portal.audience.forms.preferences import WELCOME, PreferencesForm
from portal.audience.models import ASKED
from portal.audience.queries import preferences as queries
from portal.audience.queries import said, wording
from portal.audience.queries.preferences import Preferences
from portal.config import settings
from portal.db import db
from portal.languages import day
from portal.languages import gettext as _
from portal.members.models import Change
from portal.web import language
from portal.web.access import current_member
from portal.web.requests import network_prefix

bp = Blueprint("preferences", __name__, url_prefix="/me", template_folder="../templates")
UNDO = "undo "
"""A flash of this category ends with the number of the change that it tells of."""


@bp.get("/preferences")
def edit() -> str:
    """Everything as it is now."""
    now = clock.now()
    chosen = queries.of(current_member(), now)
    return _page(_form(chosen, now), chosen)


@bp.post("/preferences")
def save() -> tuple[str, int] | AnyResponse:
    """Save what was changed, and say in words what holds now. A page with a script gets only what is new on it, and
    what can be saved is saved even if something else is to be mended."""
    now = clock.now()
    member = preferences.hold(current_member().id)
    chosen = queries.of(member, now)
    form = _form(chosen, now)
    if not form.validate() and not _live():
        db.session.rollback()
        return _page(form, chosen), 422
    changes = {} if form.wording.errors else form.changes()
    change = preferences.save(member, changes, str(form.wording.data), network_prefix(), now, chosen=chosen)
    language.use(member.language)
    after = queries.changed(chosen, changes, now)
    words = _words(said.saved, after, change)
    db.session.commit()
    if _live() and not (change or form.errors or form.data.get("more_skills")):
        return Response(status=204)  # Enter sends the form twice: as a change and as a whole
    if _live() and "language" not in changes:
        return _what_is_new(form, after, [words[::-1]] if change else [])
    flash(*words)
    if overruled := form.overruled():
        flash(_overruled(overruled), "info")
    if _live():
        return Response(headers={"HX-Refresh": "true"})
    return redirect("/me" if _welcome() else url_for(".edit"), 303)


@bp.post("/preferences/undo/<int:id>")
def take_back(id: int) -> AnyResponse:
    """Undo one change, as far as it still stands."""
    now = clock.now()
    undone = undo.undo(current_member(), id, wording.current(), network_prefix(), now)
    if undone is None:
        abort(404, _("There is no such change of yours. Reload the page to see what holds now."))
    language.use(undone.after.language)
    if undone.change:
        flash(*_words(said.taken_back, undone.after, undone.change))
    db.session.commit()
    if undone.kept:
        flash(_("This was changed again since, and stays as it is: %(names)s.", names=said.titles(undone.kept)), "info")
    elif not undone.change:
        flash(_("This had been taken back already."), "info")
    return redirect(url_for(".edit"), 303)


def _form(chosen: Preferences, now: datetime) -> PreferencesForm:
    return PreferencesForm(chosen, now, WELCOME if _welcome() else ())


def _welcome() -> bool:
    return request.args.get("welcome") == "1"


def _live() -> bool:
    """Whether the script of the page asks, which takes parts of what is answered and keeps the rest."""
    return request.headers.get("HX-Request") == "true"


def _words(words: "said.Words", after: Preferences, change: Change | None) -> tuple[str, str]:
    """What is flashed, and its category."""
    if change is None:
        return _("Nothing was changed."), "info"
    return words(after, change.after), "ok" if _welcome() else f"{UNDO}{change.id}"


def _overruled(names: Sequence[str]) -> str:
    return _(
        "In the meantime this had been changed in another window; what you saved now counts: %(names)s.",
        names=", ".join(names),
    )


def _what_is_new(form: PreferencesForm, after: Preferences, messages: Sequence[tuple[str, str]]) -> tuple[str, int]:
    wrong = {name: messages for name, messages in form.errors.items() if name}
    page = render_template(
        "audience/preferences_said.html",
        form=form,
        summary=queries.sentence(after),
        messages=messages,
        wrong=wrong,
        overruled=_overruled(form.overruled()) if form.overruled() else "",
        stale=form.stale(),
        seen=form.seen_now(),
        added=_added(form, after),
        ideas=_ideas(after),
    )
    return page, 422 if wrong else 200


def _added(form: PreferencesForm, after: Preferences) -> bool:
    """Whether something was added to the skills, which the page has to show from now on."""
    added = bool(form.more_skills.data) and not form.skills.errors
    if added:
        form.show_skills(after.skills)
    return added


def _ideas(chosen: Preferences) -> list[str]:
    return [entry.name for entry in chosen.interests]


def _page(form: PreferencesForm, chosen: Preferences) -> str:
    welcome = _welcome()
    return render_template(
        "audience/welcome.html" if welcome else "audience/preferences.html",
        form=form,
        summary=queries.sentence(chosen),
        ideas=_ideas(chosen),
        notes={purpose: _note(purpose, chosen) for purpose in ASKED},
        action=url_for(".save", welcome=1 if welcome else None),
        messages=get_flashed_messages(with_categories=True),
        live=_live(),
        person=current_member().name,
    )


def _note(purpose: str, chosen: Preferences) -> str:
    """What a purpose means, in the words that are recorded."""
    means = wording.sentence(purpose, settings().org_name, wording.current())
    if purpose not in chosen.agreed:
        return means
    return _("%(sentence)s You agreed on %(day)s.", sentence=means, day=day(chosen.agreed[purpose]))
