"""A newsletter looked at before anybody gets it: by itself, what there is to mend, and the frames that show it."""

from dataclasses import replace

from flask import Blueprint, Response, abort, render_template, request

from portal import clock
from portal.audience.queries.names import knowing
from portal.languages import speaking
from portal.newsletter.actions import drafting, frames, preview
from portal.newsletter.actions.preview import Copy, Unreadable
from portal.newsletter.desk.previewed import LOOKS, Asked, Pane, look, pane, texts
from portal.newsletter.queries import preview as readers
from portal.newsletter.queries.archive import Letter
from portal.staff.models.roles import WRITE
from portal.web.desk import current_recruiter, needs, render
from portal.web.headers import DESK_MAIL_CSP, mail_frame, page_frame
from portal.web.schemes import in_scheme
from portal.writing import queries as writing
from portal.writing.models import Piece, Version
from portal.writing.queries.source import read

bp = Blueprint("desk_preview", __name__, url_prefix="/desk/newsletters/<slug>/preview", template_folder="../templates")


@bp.get("")
@needs(WRITE)
def whole(slug: str) -> str:
    """The preview as a page of its own; alone where htmx asks."""
    piece = the_piece(slug)
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
    return mail_frame(frames.frame(_copy(slug, version), scheme, clock.now()), DESK_MAIL_CSP)


@bp.get("/text/<int:version>")
@needs(WRITE)
def text(slug: str, version: int) -> Response:
    """Its text part, for a frame."""
    found = preview.opened(preview.build(_copy(slug, version), clock.now())).get_body(("plain",))
    words = str(found.get_content()) if found else ""
    return page_frame(render_template("newsletter/desk/preview_text.html", words=words))


@bp.get("/page/<int:version>")
@needs(WRITE)
def page(slug: str, version: int) -> Response:
    """How it will stand in the archive, for a frame."""
    draft, now = _copy(slug, version).draft, clock.now()
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
    language = request.args.get("language", "")
    versions = writing.recent(piece, language, 5) or abort(404)
    trouble = [preview.trouble(read(one.text, piece.slug, language)) for one in versions]
    shown = trouble.index(None) if None in trouble else 0
    me, asked, now = current_recruiter(), Asked.of(request.args), clock.now()
    found = pane(me, piece, versions[shown], asked, now, readers.interests())
    return replace(found, problem=trouble[0] or found.problem)


def _copy(slug: str, id: int) -> Copy:
    me, piece = current_recruiter(), the_piece(slug)
    version = the_version(piece, id)
    entries = readers.interests()
    with knowing(readers.names(entries)):
        try:
            return look(me, piece, version, request.args.get("as", ""), clock.now(), texts(piece, version), entries)
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
