"""An insight goes onto the site: now or on a day; and off it."""

from datetime import timedelta

from flask import Blueprint, abort, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from portal import clock
from portal.content import ContentError
from portal.db import db
from portal.insights.actions import publishing
from portal.insights.desk.editor import of_words, to_mend
from portal.insights.forms import PublishForm
from portal.insights.queries import board, policy
from portal.languages import day as in_words
from portal.languages import gettext as _
from portal.staff.models.roles import WRITE
from portal.web.desk import current_recruiter, needs, render
from portal.writing import queries as writing
from portal.writing.models import DESK, Piece
from portal.writing.queries.findings import ERROR, Finding, of_problems
from portal.writing.queries.source import Source, read

bp = Blueprint("publish_insights", __name__, template_folder="../templates", url_prefix="/desk/insights/<slug>")


@bp.get("/publish")
@needs(WRITE)
def ask(slug: str) -> ResponseReturnValue:
    """What there is to mend first, and the buttons."""
    return _page(_piece(slug), PublishForm())


@bp.post("/publish")
@needs(WRITE)
def publish(slug: str) -> ResponseReturnValue:
    """Publish what it says now: from today, from a day, or (again) with its words of now."""
    piece, now, form, do = _piece(slug), clock.now(), PublishForm(), request.form.get("do", "now")
    insight, today = board.row_of(slug), now.date()
    day = insight.published if do == "again" and insight else today if do == "now" else form.chosen(today)
    if day is None:
        form.day.errors = [
            _("Choose a day from today on, such as %(day)s.", day=(today + timedelta(days=7)).isoformat())
        ]
        return _page(piece, form), 422
    if any(one.level == ERROR for one in of_words(_source(piece))):
        return _page(piece, form), 422
    try:
        publishing.publish(piece, day, current_recruiter(), now)
    except ContentError as error:
        db.session.rollback()
        piece = _piece(slug)
        return _page(piece, form, of_problems(_source(piece), error.problems)), 422
    db.session.commit()
    if day > today:
        flash(_("From %(day)s on everybody can read it.", day=in_words(day)), "ok")
    else:
        flash(_("It is on the site."), "ok")
    return redirect(url_for("edit_insight.edit", slug=slug), 303)


@bp.post("/unpublish")
@needs(WRITE)
def unpublish(slug: str) -> ResponseReturnValue:
    """Take it off the site; it is a draft again."""
    piece = _own(slug)
    publishing.unpublish(piece, current_recruiter(), clock.now())
    db.session.commit()
    flash(_("It is off the site. Its words are still here, as a draft."), "ok")
    return redirect(url_for("edit_insight.edit", slug=slug), 303)


@bp.post("/remove")
@needs(WRITE)
def remove(slug: str) -> ResponseReturnValue:
    """Delete it: off the site, out of the list."""
    piece = _own(slug)
    publishing.remove(piece, current_recruiter(), clock.now())
    db.session.commit()
    flash(_("It is deleted."), "ok")
    return redirect(url_for("desk_insights.index"), 303)


def _piece(slug: str) -> Piece:
    piece = writing.find(board.KIND, slug)
    if piece is None or piece.removed_at is not None:
        abort(404)
    if piece.home != DESK:
        abort(409, _("This insight lives in a file. Edit it there, or bring it to the desk first."))
    if not policy.may_edit(current_recruiter(), piece):
        abort(403)
    return piece


def _own(slug: str) -> Piece:
    piece = _piece(slug)
    if not policy.may_remove(current_recruiter(), piece):
        abort(403, _("Only who owns this insight, or an admin, can take it off the site or delete it."))
    return piece


def _source(piece: Piece) -> Source:
    version = writing.current(piece)
    return read(version.text if version else "---\n---\n", piece.slug)


def _page(piece: Piece, form: PublishForm, more: list[Finding] | None = None) -> str:
    now, source, insight = clock.now(), _source(piece), board.row_of(piece.slug)
    found = [*(more or ()), *to_mend(piece, source, now)]
    return render(
        "insights/desk/publish.html", piece=piece, source=source, form=form, insight=insight, today=now.date(),
        state=board.state(insight, now.date()), errors=[one for one in found if one.level == ERROR],
        rest=[one for one in found if one.level != ERROR], may_remove=policy.may_remove(current_recruiter(), piece),
    )  # fmt: skip
