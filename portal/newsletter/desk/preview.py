"""A newsletter looked at before anybody gets it: by itself, what there is to mend, and the frames that show it."""

from dataclasses import replace
from datetime import datetime

from flask import Blueprint, Response, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from portal import clock
from portal.audience.queries.catalogue import keeping
from portal.audience.queries.names import knowing
from portal.languages import speaking
from portal.newsletter.actions import drafting, frames, preview
from portal.newsletter.actions.preview import Copy, Unreadable
from portal.newsletter.desk.previewed import FIRST, LOOKS, Asked, Pane, first, look, pane, texts
from portal.newsletter.queries import preview as readers
from portal.newsletter.queries.archive import Letter
from portal.staff.models.roles import PEOPLE, WRITE
from portal.web.desk import current_recruiter, needs, render
from portal.web.headers import DESK_MAIL_CSP, mail_frame, page_frame
from portal.web.schemes import in_scheme
from portal.writing import queries as writing
from portal.writing.models import Piece, Version
from portal.writing.queries import homes
from portal.writing.queries.source import read

bp = Blueprint("desk_preview", __name__, url_prefix="/desk/newsletters/<slug>/preview", template_folder="../templates")


@bp.get("")
@needs(WRITE)
def whole(slug: str) -> ResponseReturnValue:
    """The preview as a page of its own; alone where htmx asks. `?as=first` leads to the first of those who get it."""
    piece = the_piece(slug)
    if request.args.get("as") == FIRST and current_recruiter().may(PEOPLE):
        key = first(texts(piece, None)[""], clock.now())
        return redirect(url_for(".whole", slug=slug, **{**request.args, "as": key}))  # type: ignore[arg-type]
    return render(f"newsletter/desk/{name_of('preview')}.html", pane=_pane(piece), piece=piece, looks=LOOKS)


@bp.get("/parts")
@needs(WRITE)
def parts(slug: str) -> str:
    """Which parts are in a reader's copy, and why, alone where htmx asks; else all of the preview."""
    piece, name = the_piece(slug), "preview_parts" if request.headers.get("HX-Request") else "preview"
    return render(f"newsletter/desk/{name}.html", pane=_pane(piece), piece=piece, looks=LOOKS)


@bp.get("/mail/<int:version>")
@needs(WRITE)
def mail(slug: str, version: int) -> Response:
    """The mail as one reader gets it, for a frame."""
    scheme = request.args.get("scheme", "light")
    scheme = scheme if scheme in frames.SCHEMES else "light"
    with keeping():
        now = clock.now()
        return mail_frame(frames.frame(_copy(slug, version, now), scheme, now), DESK_MAIL_CSP)


@bp.get("/text/<int:version>")
@needs(WRITE)
def text(slug: str, version: int) -> Response:
    """Its text part, for a frame."""
    now = clock.now()
    found = preview.opened(preview.build(_copy(slug, version, now), now)).get_body(("plain",))
    words = str(found.get_content()) if found else ""
    return page_frame(render_template("newsletter/desk/preview_text.html", words=words))


@bp.get("/page/<int:version>")
@needs(WRITE)
def page(slug: str, version: int) -> Response:
    """How it will stand in the archive, for a frame."""
    now = clock.now()
    draft = _copy(slug, version, now).draft
    with speaking(draft.language):
        html = drafting.page(draft.parts)
        letter = Letter(slug, preview.subject(draft), draft.words.preheader, now, draft.language, html)
        shown = render_template("newsletter/show.html", letter=letter)
    return page_frame(in_scheme(shown, request.args.get("scheme", "")))


def name_of(template: str) -> str:
    """The template of a whole page, or of its part alone."""
    return f"{template}_pane" if request.headers.get("HX-Request") else template


def _pane(piece: Piece) -> Pane:
    """The preview of what it says now; where that cannot be laid out, of the last before it that could."""
    language, slug = request.args.get("language", ""), piece.slug
    said = homes.said(piece.kind, piece.id)[piece.id]
    version = said.get(language) or abort(404)
    trouble = preview.trouble(read(version.text, slug, language))
    for earlier in writing.recent(piece, language, 5) if trouble else ():
        if preview.trouble(read(earlier.text, slug, language)) is None:
            version = earlier
            break
    sources = {"": "", **{code: one.text for code, one in said.items()}, language: version.text}
    me, asked, now = current_recruiter(), Asked.of(request.args), clock.now()
    found = pane(me, piece, version, asked, now, readers.interests(), sources)
    return replace(found, problem=trouble or found.problem)


def _copy(slug: str, id: int, now: datetime) -> Copy:
    me, piece = current_recruiter(), the_piece(slug)
    version = the_version(piece, id)
    entries = readers.interests()
    with knowing(readers.names(entries)), keeping():
        try:
            return look(me, piece, version, request.args.get("as", ""), now, texts(piece, version), entries)
        except Unreadable:
            abort(404)


def the_version(piece: Piece, id: int) -> Version:
    """One of its versions. The editor's own saves take each other's place while somebody types: then what it says."""
    return readers.version(piece, id) or writing.current(piece, request.args.get("language", "")) or abort(404)


def the_piece(slug: str) -> Piece:
    """A newsletter that was not removed, or 404."""
    piece = writing.find("issue", slug)
    if piece is None or piece.removed_at is not None:
        abort(404)
    return piece
