"""Beside a newsletter's preview: what there is to mend, a part for some made by choosing, a member found. Each is a
page of its own, and alone where htmx asks."""

from flask import Blueprint, abort, request

from portal import clock
from portal.audience.queries.words import MODES
from portal.newsletter.actions import checks
from portal.newsletter.desk.preview import name_of, the_piece
from portal.newsletter.desk.previewed import Asked, texts
from portal.newsletter.queries import checks as written
from portal.newsletter.queries import preview as readers
from portal.staff.models.roles import PEOPLE, WRITE
from portal.web.desk import current_recruiter, needs, render
from portal.writing.queries.source import read

bp = Blueprint(
    "desk_preview_helps", __name__, url_prefix="/desk/newsletters/<slug>/preview", template_folder="../templates"
)


@bp.get("/checks")
@needs(WRITE)
def to_mend(slug: str) -> str:
    """What there is to mend that words alone do not tell."""
    piece, now, language = the_piece(slug), clock.now(), request.args.get("language", "")
    said = texts(piece, None)
    source = read(said.get(language) or abort(404), slug, language)
    found = checks.of_reach(source, read(said[""], slug), now)
    first = [] if request.headers.get("HX-Request") else written.of_words(source)
    return render(
        f"newsletter/desk/{name_of('checks')}.html",
        piece=piece,
        source=source,
        checked=found,
        first=first,
        language=language,
    )


@bp.get("/part")
@needs(WRITE)
def part(slug: str) -> str:
    """The lines of a part for some, to be put into the words."""
    piece, entries = the_piece(slug), readers.choices(readers.interests())
    asked = {name: request.args.get(name, "") for name in ("interest", "work_mode")}
    interest = next((entry for entry in entries if entry.slug == asked["interest"]), None)
    mode = MODES.get(asked["work_mode"])
    return render(
        f"newsletter/desk/{name_of('part')}.html", piece=piece, interests=entries, modes=MODES, interest=interest,
        work_mode=asked["work_mode"] if mode else "", mode=mode,
    )  # fmt: skip


@bp.get("/members")
@needs(PEOPLE)
def members(slug: str) -> str:
    """Members by what was typed, each a link to their copy."""
    asked, find = Asked.of(request.args), request.args.get("find", "")[:80].strip()
    found = readers.search(find, current_recruiter()) if find else []
    return render(
        f"newsletter/desk/{name_of('members')}.html", piece=the_piece(slug), asked=asked, find=find, found=found,
        language=request.args.get("language", ""),
    )  # fmt: skip
