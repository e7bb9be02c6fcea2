"""At the desk: "Edit here instead", and handing a piece back to its file."""

from flask import Blueprint, abort, flash, redirect
from flask.typing import ResponseReturnValue

from portal import clock
from portal.db import db
from portal.languages import gettext as _
from portal.web.desk import current_recruiter, render
from portal.writing.actions import homes
from portal.writing.models import DESK, Piece
from portal.writing.queries import find
from portal.writing.queries.policy import may_move

PAGES = {
    "insight": "/desk/insights", "issue": "/desk/newsletters", "job": "/desk/jobs", "segment": "/desk/segments",
}  # fmt: skip

bp = Blueprint("desk_homes", __name__, template_folder="../templates", url_prefix="/desk/pieces/<kind>/<slug>")


@bp.post("/desk")
def to_desk(kind: str, slug: str) -> ResponseReturnValue:
    """From now on it is edited at the desk."""
    piece = _piece(kind, slug)
    homes.move_to_desk(piece, current_recruiter(), clock.now())
    db.session.commit()
    flash(_("It lives at the desk now. Its file is no longer read."), "ok")
    return redirect(_page(piece), 303)


@bp.post("/file")
def to_file(kind: str, slug: str) -> ResponseReturnValue:
    """From now on its file is its home again; or what to do first."""
    piece = _piece(kind, slug)
    try:
        homes.hand_back(piece, current_recruiter(), clock.now())
    except homes.HomeError as error:
        db.session.rollback()
        return render("writing/home_stays.html", page=_page(piece), slug=slug, why=str(error)), 422
    db.session.commit()
    flash(_("Its file is its home again."), "ok")
    return redirect(_page(piece), 303)


def _piece(kind: str, slug: str) -> Piece:
    piece = find(kind, slug) if kind in PAGES else None
    if piece is None or (piece.removed_at is not None and piece.home == DESK):
        abort(404)
    if not may_move(current_recruiter(), piece):
        abort(403)
    return piece


def _page(piece: Piece) -> str:
    return f"{PAGES[piece.kind]}/{piece.slug}"
