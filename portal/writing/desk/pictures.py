"""Pictures at the desk: brought in, and found again."""

from flask import Blueprint, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from portal import clock
from portal.db import db
from portal.languages import gettext as _
from portal.staff.models.roles import WRITE
from portal.web.desk import current_recruiter, needs, render
from portal.web.paging import page_number
from portal.writing.actions import media
from portal.writing.actions.media import PictureError
from portal.writing.forms import PictureForm
from portal.writing.models import Media
from portal.writing.queries.media import pictures

ON_A_PAGE = 24
LARGE = media.MOST_BYTES + 1024 * 1024
"""Bytes that may be sent: more than a picture may have, so that one too large is told so."""

bp = Blueprint("desk_media", __name__, template_folder="../templates", url_prefix="/desk/media")


@bp.get("")
@needs(WRITE)
def index() -> ResponseReturnValue:
    """The pictures there are, each with what to write for it, and a form for another."""
    return _page(PictureForm())


@bp.post("")
@needs(WRITE)
def add() -> ResponseReturnValue:
    """Bring one in."""
    form = PictureForm()
    if not form.validate_on_submit():
        return _page(form), 422
    sent = request.files["picture"]
    data = sent.read()
    sent.close()
    try:
        added = media.add(data, sent.filename or "", form.alt.data or "", current_recruiter(), clock.now())
    except PictureError as error:
        form.picture.errors = [str(error)]
        return _page(form), 422
    db.session.commit()
    if _beside():
        return _page(PictureForm(formdata=None), added)
    flash(_("The picture is there. Copy the line below it into your text."), "ok")
    return redirect(url_for("desk_media.index") + f"#{added.name}", 303)


def _beside() -> bool:
    """Whether an editor asks, for the part of its page."""
    return "HX-Request" in request.headers


def _page(form: PictureForm, added: Media | None = None) -> str:
    page = page_number()
    found = pictures(ON_A_PAGE + 1, (page - 1) * ON_A_PAGE)
    template = "writing/pictures_list.html" if _beside() else "writing/pictures.html"
    more = len(found) > ON_A_PAGE
    return render(template, form=form, added=added, pictures=found[:ON_A_PAGE], number=page, more=more)
