"""The openings at the desk: found, begun, looked at before anybody else can."""

from flask import Blueprint, Response, abort, redirect, request, url_for
from flask.typing import ResponseReturnValue
from wtforms import StringField

from portal import clock, markdown
from portal.config import settings
from portal.db import db
from portal.jobs.actions import lacking
from portal.jobs.desk.preview import as_page
from portal.jobs.queries import board, policy, waiting
from portal.languages import gettext as _
from portal.languages import speaking
from portal.markdown import MarkdownError
from portal.staff.models.roles import OPENINGS
from portal.web.desk import current_recruiter, needs, render
from portal.web.headers import page_frame
from portal.web.paging import page_number
from portal.web.schemes import in_scheme
from portal.writing import queries as writing
from portal.writing.actions import versions
from portal.writing.forms import NewForm
from portal.writing.models import Version
from portal.writing.queries.source import read

ON_A_PAGE = 30
bp = Blueprint("desk_jobs", __name__, template_folder="../templates", url_prefix="/desk/jobs")


@bp.get("")
@needs(OPENINGS)
def index() -> str:
    """The openings, each with its state."""
    me, now = current_recruiter(), clock.now()
    asked, state = request.args.get("q", "").strip()[:100], request.args.get("state", "")
    state = state if state in board.STATES else ""
    page = page_number()
    rows, more = board.rows(me, now, state, asked, ON_A_PAGE, (page - 1) * ON_A_PAGE)
    return render(
        "jobs/desk/index.html", rows=rows, more=more, number=page, q=asked, state=state, counts=board.counts(me, now),
        unclear=waiting.count(now) if policy.may_settle(me) else 0,
    )  # fmt: skip


@bp.get("/new")
@needs(OPENINGS)
def new() -> str:
    """A title, to begin with."""
    return render("jobs/desk/new.html", form=NewForm())


@bp.post("/new")
@needs(OPENINGS)
def begin() -> ResponseReturnValue:
    """Begin one, and go to write it."""
    form, me = NewForm(), current_recruiter()
    if not form.validate_on_submit():
        return render("jobs/desk/new.html", form=form), 422
    title = " ".join((form.title.data or "").replace("\0", "").split())
    slug = (form.slug.data or "").strip() or writing.slug_of(title)
    try:
        if board.row_of(slug):
            raise versions.TakenError(slug)
        versions.start(board.KIND, slug, lacking.begin(title, me), me, clock.now())
    except versions.TakenError:
        errors = [_("There is an opening at “%(slug)s” already. Choose another address.", slug=slug)]
        field: StringField = form.slug
        field.data, field.errors = slug, errors
        return render("jobs/desk/new.html", form=form), 422
    db.session.commit()
    return redirect(url_for("edit_job.edit", slug=slug), 303)


@bp.get("/<slug>/preview/<int:version>")
@needs(OPENINGS)
def look(slug: str, version: int) -> Response:
    """A version as the page that it would be, for a frame."""
    piece = writing.find(board.KIND, slug) or abort(404)
    if not policy.may_see(current_recruiter(), piece):
        abort(404)
    # The editor's own saves take each other's place while somebody writes; then it is what the piece says by now.
    found = db.session.get(Version, version) or writing.current(piece)
    if found is None or found.piece_id != piece.id:
        abort(404)
    source = read(found.text, slug)
    try:
        html = markdown.page(source.body, settings().base_url)
    except MarkdownError:
        abort(404)
    with speaking(settings().language):
        return page_frame(in_scheme(as_page(source, html, clock.now()), request.args.get("scheme", "")))
