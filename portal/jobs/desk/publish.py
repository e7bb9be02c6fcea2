"""An opening is told to members, and then to everybody: what there is to mend first, the times, and back again."""

from typing import Any

from flask import Blueprint, abort, flash, redirect, url_for
from flask.typing import ResponseReturnValue

from portal import clock
from portal.content import ContentError
from portal.db import db
from portal.jobs.actions import lacking, publishing
from portal.jobs.forms.publish import PublishForm, early_hours
from portal.jobs.queries import board, draft, policy
from portal.languages import gettext as _
from portal.languages import moment
from portal.staff.models.roles import OPENINGS
from portal.web.desk import current_recruiter, needs, render
from portal.writing import queries as writing
from portal.writing.models import DESK, Piece
from portal.writing.queries.findings import ERROR, Finding, of_problems
from portal.writing.queries.source import Source, read

bp = Blueprint("publish_jobs", __name__, template_folder="../templates", url_prefix="/desk/jobs/<slug>")


@bp.get("/publish")
@needs(OPENINGS)
def ask(slug: str) -> ResponseReturnValue:
    """What there is to mend first, and the times."""
    piece, now = _piece(slug), clock.now()
    return _page(piece, PublishForm.of(_source(piece).front, current_recruiter().time_zone, now))


@bp.post("/publish")
@needs(OPENINGS)
def publish(slug: str) -> ResponseReturnValue:
    """Publish what it says now: by the times that were chosen, or (again) by those that it has."""
    piece, me, now = _piece(slug), current_recruiter(), clock.now()
    if not policy.may_publish(me, piece):
        abort(403, _("Only who owns this opening, a recruiter or an admin can publish it."))
    source, row = _source(piece), board.one(piece, now)
    form = PublishForm(early_hours(source.front))
    again = row.state != "draft"
    plan = None if again else form.plan(me.time_zone, now)
    if (plan is None and not again) or any(one.level == ERROR for one in lacking.of_piece(source)):
        return _page(piece, form), 422
    try:
        if plan:
            publishing.publish(piece, plan, me, now)
        else:
            publishing.publish_changes(piece, me, now)
    except ContentError as error:
        db.session.rollback()
        piece = _piece(slug)
        return _page(piece, form, of_problems(_source(piece), error.problems)), 422
    db.session.commit()
    if plan is None:
        flash(_("The changes are published. Nobody is mailed about them."), "ok")
    elif plan.publish > now:
        flash(_("Members hear of it from %(when)s on.", when=moment(plan.publish, me.time_zone)), "ok")
    else:
        flash(_("It is published."), "ok")
    return redirect(url_for("edit_job.edit", slug=slug), 303)


@bp.post("/take-back")
@needs(OPENINGS)
def take_back(slug: str) -> ResponseReturnValue:
    """Make what was planned a draft again, while nobody has heard of it."""
    piece, me, now = _piece(slug), current_recruiter(), clock.now()
    if not policy.may_publish(me, piece):
        abort(403, _("Only who owns this opening, a recruiter or an admin can take the plan back."))
    if board.one(piece, now).state != "draft":
        abort(409, _("Members have heard of this opening already. It can be closed; nothing was changed."))
    publishing.take_back(piece, me, now)
    db.session.commit()
    flash(_("It is a draft again. Nobody has heard of it."), "ok")
    return redirect(url_for("edit_job.edit", slug=slug), 303)


@bp.post("/remove")
@needs(OPENINGS)
def remove(slug: str) -> ResponseReturnValue:
    """Delete a draft."""
    piece, me, now = _piece(slug), current_recruiter(), clock.now()
    if not policy.may_remove(me, piece):
        abort(403, _("Only who owns this opening, or an admin, can delete it."))
    if board.one(piece, now).state != "draft":
        abort(409, _("Members have heard of this opening already. It can be closed; nothing was changed."))
    publishing.remove(piece, me, now)
    db.session.commit()
    flash(_("The draft is deleted."), "ok")
    return redirect(url_for("desk_jobs.index"), 303)


def _piece(slug: str) -> Piece:
    """An opening's piece, for who may see it and while its home is the desk."""
    piece = writing.find(board.KIND, slug)
    if piece is None or piece.removed_at is not None or not policy.may_see(current_recruiter(), piece):
        abort(404)
    if piece.home != DESK:
        abort(409, _("This opening lives in a file. Its times are written there, or bring it to the desk first."))
    return piece


def _source(piece: Piece) -> Source:
    version = writing.current(piece)
    return read(version.text if version else "---\n---\n", piece.slug)


def _page(piece: Piece, form: PublishForm, more: list[Finding] | None = None) -> str:
    me, now, source = current_recruiter(), clock.now(), _source(piece)
    found = [*(more or ()), *lacking.of_piece(source)]
    values: dict[str, Any] = {
        "errors": [one for one in found if one.level == ERROR],
        "rest": [one for one in found if one.level != ERROR],
        "fitting": None if found and found[0].level == ERROR else draft.fitting(source, now),
        "same": publishing.is_public(piece),
        "may_publish": policy.may_publish(me, piece), "may_remove": policy.may_remove(me, piece),
    }  # fmt: skip
    return render("jobs/desk/publish.html", piece=piece, source=source, form=form, row=board.one(piece, now),
                  today=now.date(), **values)  # fmt: skip
