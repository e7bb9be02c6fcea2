"""What else can be done with a segment: seen as its file, looked at as it was, deleted."""

from flask import Blueprint, abort, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from portal import clock
from portal.audience.actions import segments as actions
from portal.audience.files.segments_each import Each, one
from portal.audience.queries import policy, say
from portal.audience.queries.catalogue import at_once
from portal.audience.queries.uses import Use, uses
from portal.config import settings
from portal.db import db
from portal.languages import gettext as _
from portal.staff.models.roles import SEGMENTS
from portal.web.desk import current_recruiter, needs, render
from portal.writing import queries as writing
from portal.writing.models import Version

bp = Blueprint("desk_segments_more", __name__, url_prefix="/desk/segments/<slug>", template_folder="../templates")


@bp.get("/file")
@needs(SEGMENTS)
def file(slug: str) -> str:
    """The exact text of its file."""
    return render("audience/desk/segment_file.html", kept=_the_segment(slug))


@bp.get("/versions")
@needs(SEGMENTS)
def versions(slug: str) -> str:
    """Every version, by whom and when. `compare`: what differs between one of them and what the segment says now."""
    kept = _the_segment(slug)
    if kept.piece is None:
        abort(404, _("This segment is a file that the desk has not read yet."))
    id = request.args.get("compare", 0, int)
    chosen = db.session.get(Version, id) if id else None
    if id and (chosen is None or chosen.piece_id != kept.piece.id):
        abort(404, _("There is no such version of this segment."))
    history, beside = writing.history(kept.piece), writing.beside(kept.piece)
    return render(
        "audience/desk/segment_versions.html",
        kept=kept,
        history=history,
        beside=beside,
        names=writing.names({version.recruiter_id for version in [*history, *beside]}),
        chosen=chosen,
        lines=writing.compare(chosen, kept.text) if chosen else (),
        may_edit=policy.may_edit(current_recruiter(), kept.piece),
    )


@bp.get("/delete")
@needs(SEGMENTS)
def ask(slug: str) -> str:
    """Whether it may be deleted, and if so, whether to."""
    kept = _own(slug)
    with at_once():
        sentence = say(kept.segment.rule) if kept.segment else ""
    return render("audience/desk/segment_delete.html", kept=kept, sentence=sentence, used=_binding(slug))


@bp.post("/delete")
@needs(SEGMENTS)
def delete(slug: str) -> ResponseReturnValue:
    """Delete it, unless something needs it."""
    kept, now = _own(slug), clock.now()
    used = _binding(slug)
    if used:
        return render("audience/desk/segment_delete.html", kept=kept, sentence="", used=used), 409
    if kept.piece is not None:
        actions.delete(kept.piece, current_recruiter(), now)
    db.session.commit()
    flash(_("“%(name)s” is deleted. Nothing was sent to it that is not done.", name=kept.name), "ok")
    return redirect(url_for("desk_segments.index"), 303)


def _the_segment(slug: str) -> Each:
    return one(settings().content_dir, slug) or abort(404, _("There is no such segment."))


def _own(slug: str) -> Each:
    kept = _the_segment(slug)
    if not kept.at_desk:
        abort(404, _("This segment is a file. It is deleted by deleting its file."))
    if not policy.may_edit(current_recruiter(), kept.piece):
        abort(403, _("This segment is not yours to delete."))
    return kept


def _binding(slug: str) -> list[Use]:
    return [use for use in uses(clock.now()).get(slug, []) if use.binds]
