"""My preferences back from my own archive: after I was erased and came back, or from another Rapport."""

from collections.abc import Iterator

from flask import Blueprint, flash, redirect, render_template, url_for
from werkzeug import Response

from portal import clock
from portal.audience.actions import restoring
from portal.audience.forms.restore import RestoreForm
from portal.audience.queries.words import PURPOSE_WORDS, TITLES, listed
from portal.audience.routes.preferences import UNDO
from portal.db import db
from portal.languages import gettext as _
from portal.web import language
from portal.web.access import current_member
from portal.web.requests import network_prefix

bp = Blueprint("restore", __name__, url_prefix="/me", template_folder="../templates")


@bp.get("/preferences/restore")
def ask() -> str:
    """What this does, and the form."""
    return _page(RestoreForm())


@bp.post("/preferences/restore")
def bring() -> str | tuple[str, int] | Response:
    """Read the archive, change the preferences, say in words what came back."""
    form = RestoreForm()
    if not form.validate():
        return _page(form), 422
    try:
        archive = restoring.read(form.file.data.read())
    except restoring.BadArchive as error:
        form.file.errors = [str(error)]
        return _page(form), 422
    member = current_member()
    done = restoring.restore(member, archive, network_prefix(), clock.now())
    db.session.commit()
    language.use(member.language)
    flash(_changed(done), f"{UNDO}{done.change.id}" if done.change else "ok")
    for words in _left(done):
        flash(words, "info")
    return redirect(url_for("preferences.edit"), 303)


def _changed(done: restoring.Restored) -> str:
    if done.change is None:
        return _("Your preferences are as in your archive already.")
    names = ", ".join(str(title) for name, title in TITLES.items() if name in done.change.after)
    return _("Back as in your archive: %(preferences)s.", preferences=names)


def _left(done: restoring.Restored) -> Iterator[str]:
    if done.lost:
        names = ", ".join(str(TITLES[name]) for name in done.lost)
        yield _("Some of what you had chosen is not offered here any more: %(preferences)s.", preferences=names)
    if done.purposes:
        names = listed([str(PURPOSE_WORDS[purpose]) for purpose in done.purposes])
        yield _("You had agreed to: %(purposes)s. Tick it on this page if you agree anew.", purposes=names)


def _page(form: RestoreForm) -> str:
    return render_template("audience/restore.html", form=form, person=current_member().name)
