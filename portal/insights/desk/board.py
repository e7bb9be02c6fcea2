"""The insights at the desk: found, begun, looked at before anybody else can."""

from flask import Blueprint, Response, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from wtforms import StringField

from portal import clock, markdown
from portal.config import settings
from portal.content import compose
from portal.db import db
from portal.insights.queries import board
from portal.insights.queries.preview import preview
from portal.languages import gettext as _
from portal.languages import speaking
from portal.markdown import MarkdownError
from portal.staff.models.roles import WRITE
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
bp = Blueprint("desk_insights", __name__, template_folder="../templates", url_prefix="/desk/insights")


@bp.get("")
@needs(WRITE)
def index() -> str:
    """Every insight, with its state."""
    asked, page = request.args.get("q", "").strip()[:100], page_number()
    rows, more = board.rows(clock.now().date(), asked, ON_A_PAGE, (page - 1) * ON_A_PAGE)
    return render("insights/desk/index.html", rows=rows, more=more, number=page, q=asked)


@bp.get("/new")
@needs(WRITE)
def new() -> str:
    """A title, to begin with."""
    return render("insights/desk/new.html", form=NewForm())


@bp.post("/new")
@needs(WRITE)
def begin() -> ResponseReturnValue:
    """Begin one, and go to write it."""
    form, me = NewForm(), current_recruiter()
    if not form.validate_on_submit():
        return render("insights/desk/new.html", form=form), 422
    title = " ".join((form.title.data or "").replace("\0", "").split())
    slug = (form.slug.data or "").strip() or writing.slug_of(title)
    try:
        if board.row_of(slug):
            raise versions.TakenError(slug)
        text = compose({"title": title, "author": me.name, "interests": []}, "")
        versions.start(board.KIND, slug, text, me, clock.now())
    except versions.TakenError:
        errors = [_("There is an insight at “%(slug)s” already. Choose another address.", slug=slug)]
        field: StringField = form.slug
        field.data, field.errors = slug, errors
        return render("insights/desk/new.html", form=form), 422
    db.session.commit()
    return redirect(url_for("edit_insight.edit", slug=slug), 303)


@bp.get("/<slug>/preview/<int:version>")
@needs(WRITE)
def look(slug: str, version: int) -> Response:
    """A version as the page that it would be, for a frame."""
    piece = writing.find(board.KIND, slug) or abort(404)
    # The editor's own saves take each other's place while somebody writes; then it is what the piece says by now.
    found = db.session.get(Version, version) or writing.current(piece)
    if found is None or found.piece_id != piece.id:
        abort(404)
    source = read(found.text, slug, found.language)
    try:
        html = markdown.page(source.body, settings().base_url)
    except MarkdownError:
        abort(404)
    house = writing.current(piece) if found.language else None
    whole = read(house.text, slug) if house else source
    with speaking(found.language or settings().language):
        shown, about = preview(source, whole, html, clock.now().date())
        page = render_template(
            "insights/show.html", insight=shown, open=True, person=None, interests=about, related=[],
            mails_per_month=settings().mails_per_month,
        )  # fmt: skip
    return page_frame(in_scheme(page, request.args.get("scheme", "")))
