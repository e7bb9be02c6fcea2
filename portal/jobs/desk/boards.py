"""The boards that openings come from: when each was asked, what came of it, and what only a person may close."""

from flask import Blueprint, abort, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_wtf import FlaskForm

from portal import clock
from portal.db import db
from portal.jobs.actions import syncing
from portal.jobs.queries import boards
from portal.jobs.queries.boards import Seen
from portal.languages import gettext as _
from portal.languages import ngettext, number
from portal.queue import enqueue
from portal.staff.models.roles import OPENINGS_ANY
from portal.web.desk import current_recruiter, needs, render

bp = Blueprint("desk_boards", __name__, template_folder="../templates", url_prefix="/desk/boards")
VISITS = 12


@bp.get("")
@needs(OPENINGS_ANY)
def index() -> str:
    """Every board with its last visit."""
    return render("jobs/desk/boards.html", boards=boards.seen(clock.now()))


@bp.get("/<int:id>")
@needs(OPENINGS_ANY)
def show(id: int) -> str:
    """One board: its last table, and how its last visits went."""
    found, (at, lines, more) = _found(id), boards.table(id)
    return render(
        "jobs/desk/board.html", found=found, at=at, lines=lines, more=more, visits=boards.visits(id, VISITS),
        form=FlaskForm(), went=boards.went,
    )  # fmt: skip


@bp.post("/<int:id>/ask")
@needs(OPENINGS_ANY)
def ask(id: int) -> ResponseReturnValue:
    """Have the worker ask it now: pages never fetch anything themselves (W-23)."""
    if _found(id).board.removed_at is not None:
        abort(409, _("This board is not in boards.yml any more, so it is not asked."))
    enqueue(syncing.TASK, id)
    db.session.commit()
    flash(_("We are asking it. In a minute this page says what came of it."), "ok")
    return redirect(url_for(".show", id=id), 303)


@bp.get("/<int:id>/close")
@needs(OPENINGS_ANY)
def confirm(id: int) -> str:
    """What would be closed."""
    found = _found(id)
    return render(
        "jobs/desk/board_close.html", found=found, rows=boards.waiting(found.board), mark=boards.mark(found.board),
        form=FlaskForm(),
    )  # fmt: skip


@bp.post("/<int:id>/close")
@needs(OPENINGS_ANY)
def close(id: int) -> ResponseReturnValue:
    """Close what waits, if it is what was shown. Nobody is mailed."""
    board = _found(id).board
    try:
        count = syncing.close_waiting(board, request.form.get("mark", ""), current_recruiter(), clock.now())
    except syncing.Moved:
        flash(
            _("Meanwhile the board was asked again, and others are gone. Nothing was closed: look once more."), "warn"
        )
        return redirect(url_for(".confirm", id=id), 303)
    db.session.commit()
    flash(ngettext("One opening is closed. Nobody was mailed.", "%(count)s openings are closed. Nobody was mailed.",
                   count, count=number(count)), "ok")  # fmt: skip
    return redirect(url_for(".show", id=id), 303)


def _found(id: int) -> Seen:
    found = boards.one(id, clock.now())
    return found or abort(404)
