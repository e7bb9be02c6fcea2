"""The newsletters at the desk: found, begun, copied, and taken away while nothing of them was sent."""

from flask import Blueprint, abort, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from portal import clock
from portal.audience.files import all_segments
from portal.config import settings
from portal.content import ContentError
from portal.db import db
from portal.languages import gettext as _
from portal.newsletter.actions import beginning
from portal.newsletter.desk.preview import the_piece
from portal.newsletter.forms import MOST, NewLetterForm
from portal.newsletter.queries import board, policy
from portal.staff.actions import audit
from portal.staff.models.roles import WRITE
from portal.web.desk import current_recruiter, needs, render
from portal.web.paging import page_number
from portal.writing import queries as writing
from portal.writing.models import Piece
from portal.writing.queries.source import read

ON_A_PAGE = 30
bp = Blueprint("desk_newsletters", __name__, template_folder="../templates", url_prefix="/desk/newsletters")


@bp.get("")
@needs(WRITE)
def index() -> str:
    """Every newsletter with its state; `?q=` keeps those with these words."""
    asked, page = request.args.get("q", "").strip()[:100], page_number()
    rows, more = board.rows(clock.now(), asked, ON_A_PAGE, (page - 1) * ON_A_PAGE)
    return render(
        "newsletter/desk/index.html",
        rows=rows,
        more=more,
        number=page,
        q=asked,
        names=_segment_names(),
        form=NewLetterForm(),
    )


@bp.get("/new")
@needs(WRITE)
def new() -> str:
    """A subject, to begin with; `segment` and `subject` come from who led here."""
    form = NewLetterForm(subject=request.args.get("subject", "")[:MOST], segment=request.args.get("segment", ""))
    return render("newsletter/desk/new.html", form=form, to=_to(form))


@bp.post("/new")
@needs(WRITE)
def begin() -> ResponseReturnValue:
    """Begin one, and go to write it."""
    form, me, now = NewLetterForm(), current_recruiter(), clock.now()
    if not form.validate_on_submit():
        return render("newsletter/desk/new.html", form=form, to=_to(form)), 422
    segment = (form.segment.data or "") if _to(form) else ""
    piece = beginning.begin(form.subject.data or "", settings().language, me, now, segment)
    return _begun(piece)


@bp.post("/<slug>/copy")
@needs(WRITE)
def copy(slug: str) -> ResponseReturnValue:
    """Begin one that says what another says."""
    piece = beginning.copy(the_piece(slug), current_recruiter(), clock.now())
    flash(_("This is a copy, as a draft of your own. Nothing of it is planned."), "ok")
    return _begun(piece)


@bp.get("/<slug>/delete")
@needs(WRITE)
def ask(slug: str) -> str:
    """Whether it should really go."""
    piece = _deletable(slug)
    version = writing.current(piece)
    subject = read(version.text, slug).front.get("subject") if version else None
    return render("newsletter/desk/delete.html", piece=piece, subject=subject or slug)


@bp.post("/<slug>/delete")
@needs(WRITE)
def delete(slug: str) -> ResponseReturnValue:
    """Take a draft away."""
    beginning.delete(_deletable(slug), current_recruiter(), clock.now())
    db.session.commit()
    flash(_("The draft is deleted."), "ok")
    return redirect(url_for("desk_newsletters.index"), 303)


def _begun(piece: Piece) -> ResponseReturnValue:
    audit.note(current_recruiter(), "newsletter.begin", piece.kind, piece.slug, clock.now())
    db.session.commit()
    return redirect(url_for("edit_issue.edit", slug=piece.slug), 303)


def _deletable(slug: str) -> Piece:
    """A newsletter that this recruiter may delete; else 403, or 409 for one that was sent."""
    piece = the_piece(slug)
    if not policy.may_delete(current_recruiter(), piece):
        abort(403, _("Only who began a newsletter, or an admin, can delete it, and only while it lives at the desk."))
    if board.was_sent(slug):
        abort(409, _("This newsletter was sent or planned, so it stays. You can make a copy of it."))
    return piece


def _to(form: NewLetterForm) -> str | None:
    """The name of the segment that it begins with; None for none, or one that there is not."""
    return _segment_names().get(form.segment.data) if form.segment.data else None


def _segment_names() -> dict[str, str]:
    try:
        return {slug: segment.name for slug, segment in all_segments(settings().content_dir).items()}
    except ContentError:
        return {}
