"""An opening is closed, and opened again: one of the desk, or one that comes from a board."""

from dataclasses import dataclass

from flask import Blueprint, abort, flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_wtf import FlaskForm

from portal import clock
from portal.content import ContentError
from portal.db import db
from portal.jobs.actions import publishing
from portal.jobs.forms.publish import USUALLY, ReopenForm
from portal.jobs.models import Posting
from portal.jobs.queries import board, policy
from portal.jobs.queries.board import Row
from portal.languages import gettext as _
from portal.staff.models.roles import OPENINGS
from portal.web.desk import current_recruiter, needs, render
from portal.writing import queries as writing
from portal.writing.models import DESK, Piece
from portal.writing.queries.findings import Finding, of_problems
from portal.writing.queries.source import read

bp = Blueprint("close_jobs", __name__, template_folder="../templates", url_prefix="/desk/jobs/<slug>")


@dataclass(frozen=True)
class Found:
    """An opening that there is. `piece`: None for one that comes from a board."""

    posting: Posting
    piece: Piece | None
    row: Row

    @property
    def page(self) -> str:
        """Where it is looked at."""
        return url_for("edit_job.edit" if self.piece else "job_facts.show", slug=self.row.slug)


@bp.get("/close")
@needs(OPENINGS)
def ask(slug: str) -> ResponseReturnValue:
    """What closing does."""
    return render("jobs/desk/close.html", found=_found(slug), form=FlaskForm())


@bp.post("/close")
@needs(OPENINGS)
def close(slug: str) -> ResponseReturnValue:
    """Close it: nobody can apply any more, and nobody is mailed."""
    found, me, now = _found(slug), current_recruiter(), clock.now()
    if found.row.state == "closed":
        flash(_("It was closed already."), "ok")
        return redirect(found.page, 303)
    if found.row.state == "draft":
        abort(409, _("Nobody has heard of this opening yet, so there is nothing to close."))
    if found.piece:
        publishing.close(found.piece, found.posting, me, now)
    else:
        publishing.close_listed(found.posting, me, now)
    db.session.commit()
    flash(_("It is closed. Nobody was mailed."), "ok")
    return redirect(found.page, 303)


@bp.get("/reopen")
@needs(OPENINGS)
def ask_again(slug: str) -> ResponseReturnValue:
    """Until when it shall be open."""
    form, now = ReopenForm(), clock.now()
    form.closes.data = (now + USUALLY).date()
    return _again(_found(slug), form)


@bp.post("/reopen")
@needs(OPENINGS)
def reopen(slug: str) -> ResponseReturnValue:
    """Open it again. Whoever heard of it does not hear again."""
    found, form, me, now = _found(slug), ReopenForm(), current_recruiter(), clock.now()
    if found.row.state != "closed":
        flash(_("It is not closed."), "warn")
        return redirect(found.page, 303)
    closes = form.until(now, now)
    if closes is None:
        return _again(found, form), 422
    try:
        if found.piece:
            publishing.reopen(found.piece, found.posting, closes, me, now)
        else:
            publishing.reopen_listed(found.posting, closes, me, now)
    except ContentError as error:
        db.session.rollback()
        again = _found(slug)
        version = writing.current(again.piece) if again.piece else None
        source = read(version.text if version else "", slug)
        return _again(again, form, of_problems(source, error.problems)), 422
    db.session.commit()
    flash(_("It is open again. Whoever heard of it before is not mailed again."), "ok")
    return redirect(found.page, 303)


def _found(slug: str) -> Found:
    """An opening that may be closed and opened by who asks; else 404, 403, or 409 for one that lives in a file."""
    me, now = current_recruiter(), clock.now()
    piece = writing.find(board.KIND, slug)
    there = board.there(slug, piece, now)
    if there and there[0].board_id is not None:
        if not policy.may_settle(me):
            abort(403, _("This opening comes from a board. A recruiter or an admin can close it."))
        return Found(there[0], None, there[1])
    if piece is None or piece.removed_at is not None or not policy.may_see(me, piece):
        abort(404)
    if not policy.may_publish(me, piece):
        abort(403, _("Only who owns this opening, a recruiter or an admin can close and open it."))
    if piece.home != DESK:
        abort(409, _("This opening lives in a file. Write “closed: …” there, or bring it to the desk first."))
    if there is None:
        abort(409, _("Nobody has heard of this opening yet, so there is nothing to close."))
    return Found(there[0], piece, there[1])


def _again(found: Found, form: ReopenForm, errors: list[Finding] | None = None) -> str:
    return render("jobs/desk/reopen.html", found=found, form=form, errors=errors or [], today=clock.now().date())
