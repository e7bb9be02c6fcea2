"""A newsletter looked at before anybody gets it: by itself, and the frames that show it."""

from flask import Blueprint, Response, abort, render_template, request

from portal import clock
from portal.audience.queries.names import knowing
from portal.languages import LANGUAGES, speaking
from portal.newsletter.actions import drafting, frames, preview
from portal.newsletter.actions.preview import Copy, Unreadable
from portal.newsletter.desk.previewed import LOOKS, Asked, look, pane, texts
from portal.newsletter.queries import preview as readers
from portal.newsletter.queries.archive import Letter
from portal.staff.models.roles import WRITE
from portal.web.desk import current_recruiter, needs, render
from portal.web.headers import mail_frame, page_frame
from portal.writing import queries as writing
from portal.writing.models import Piece

bp = Blueprint("desk_preview", __name__, url_prefix="/desk/newsletters/<slug>/preview", template_folder="../templates")


@bp.get("")
@needs(WRITE)
def whole(slug: str) -> str:
    """The preview as a page of its own; a fragment of it where htmx asks."""
    piece = the_piece(slug)
    language = request.args.get("language", "")
    version = writing.current(piece, language if language in LANGUAGES else "") or abort(404)
    found = pane(current_recruiter(), piece, version, Asked.of(request.args), clock.now())
    name = "preview_pane" if request.headers.get("HX-Request") else "preview"
    return render(f"newsletter/desk/{name}.html", pane=found, piece=piece, looks=LOOKS)


@bp.get("/mail/<int:version>")
@needs(WRITE)
def mail(slug: str, version: int) -> Response:
    """The mail as one reader gets it, for a frame."""
    scheme = request.args.get("scheme", "light")
    return mail_frame(frames.frame(_copy(slug, version), scheme if scheme in frames.SCHEMES else "light", clock.now()))


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
    one, now = _copy(slug, version), clock.now()
    with speaking(one.draft.language):
        letter = Letter(slug, preview.subject(one.draft), one.draft.words.preheader, now, one.draft.language,
                        drafting.page(one.draft.parts))  # fmt: skip
        return page_frame(render_template("newsletter/show.html", letter=letter))


def _copy(slug: str, id: int) -> Copy:
    me, piece = current_recruiter(), the_piece(slug)
    # The editor's own saves take each other's place while somebody types; then it is what the piece says by now.
    version = readers.version(piece, id) or writing.current(piece) or abort(404)
    entries = readers.interests()
    with knowing(readers.names(entries)):
        try:
            return look(me, piece, version, request.args.get("as", ""), clock.now(), texts(piece, version), entries)
        except Unreadable:
            abort(404)


def the_piece(slug: str) -> Piece:
    """A newsletter that was not removed, or 404."""
    piece = writing.find("issue", slug)
    if piece is None or piece.removed_at is not None:
        abort(404)
    return piece
