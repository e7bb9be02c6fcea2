"""Who gets it: the list of segments, and the page on which one is built, without code and with a count as one goes."""

from collections.abc import Mapping

from flask import Blueprint, abort, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from portal import clock
from portal.audience.actions import segments as actions
from portal.audience.desk.panel import Panel, panel
from portal.audience.desk.segment_page import Page
from portal.audience.files.segments_each import Each, each, one
from portal.audience.forms import segments_view
from portal.audience.queries import named, policy
from portal.audience.queries.catalogue import at_once
from portal.audience.queries.finding import find
from portal.audience.queries.uses import uses
from portal.config import settings
from portal.db import db
from portal.languages import gettext as _
from portal.languages import ngettext, number
from portal.staff.models.roles import SEGMENTS
from portal.web.desk import current_recruiter, needs, render
from portal.writing import queries as writing
from portal.writing.actions import versions
from portal.writing.models import Version
from portal.writing.queries.policy import may_move

bp = Blueprint("desk_segments", __name__, url_prefix="/desk/segments", template_folder="../templates")


@bp.get("")
@needs(SEGMENTS)
def index() -> str:
    """All of them, with how many each selects; where there are very many members, that comes a moment later."""
    found, now = each(settings().content_dir), clock.now()
    counted: Mapping[str, int] | None = None
    if request.args.get("counted") or not named.many_members():
        with at_once():
            counted = named.counts({one.slug: one.segment.rule for one in found if one.segment}, now)
    return render("audience/desk/segments.html", segments=found, counted=counted, uses=uses(now))


@bp.get("/new")
@needs(SEGMENTS)
def new() -> str:
    """An empty one; or a copy of another (`from`)."""
    other = one(settings().content_dir, request.args.get("from", "")) if request.args.get("from") else None
    if other is None:
        return _show(Page.of(None))
    text = other.text
    if other.segment:
        name = _("Copy of %(name)s", name=other.segment.name)[:80]
        text = actions.text(name, other.segment.about, other.segment.rule)
    return _show(Page.of(None, text))


@bp.post("/new")
@needs(SEGMENTS)
def begin() -> ResponseReturnValue:
    """Do to a new one what the button says; `save` keeps it."""
    page, now = Page.typed(None, request.form), clock.now()
    if request.args.get("count"):
        return _counted(page)
    if request.form.get("do") != "save":
        return _acted(page)
    source = page.source()
    if source is None:
        return _show(page), 422
    try:
        piece = actions.create(_name(page, source), source, current_recruiter(), now)
    except versions.TakenError:
        db.session.rollback()
        page.mistakes = [_("Somebody began a segment of that name in this moment. Save again.")]
        return _show(page), 409
    db.session.commit()
    return _saved(piece.slug, page)


@bp.get("/<slug>")
@needs(SEGMENTS)
def show(slug: str) -> str:
    """One of them: to be edited by whom it belongs to, to be looked at by all others. `version`: as it was then."""
    kept = the_segment(slug)
    if not policy.may_edit(current_recruiter(), kept.piece):
        return _look(kept)
    version = _version(kept)
    page = Page.of(kept, version.text if version else kept.text)
    if version and not page.mistakes:
        flash(_("This is an earlier version. It is not what the segment says until you save it."), "info")
    return _show(page)


@bp.post("/<slug>")
@needs(SEGMENTS)
def save(slug: str) -> ResponseReturnValue:
    """Do to it what the button says; `save` keeps it, unless somebody else saved it meanwhile."""
    kept, me, now = the_segment(slug), current_recruiter(), clock.now()
    if not policy.may_edit(me, kept.piece) or kept.piece is None:
        abort(403, _("This segment is not yours to change. Make a copy of it, and change that."))
    page = Page.typed(kept, request.form)
    if request.args.get("count"):
        return _counted(page)
    if request.form.get("do") != "save":
        return _acted(page)
    source = page.source()
    if source is None:
        return _show(page), 422
    saved = actions.save(kept.piece, source, me, now, page.form.base_id)
    if saved.won:
        for version in writing.open_words(kept.piece, me.id):
            versions.settle(version, now)
    if saved.conflict is not None:
        page.form.base.data = str(saved.conflict.id)
        shown = _show(page, conflict=saved.conflict)
        db.session.commit()
        return shown, 409
    db.session.commit()
    return _saved(slug, page)


def the_segment(slug: str) -> Each:
    """One segment. Raises 404."""
    return one(settings().content_dir, slug) or abort(404, _("There is no such segment."))


def _version(kept: Each) -> Version | None:
    id = request.args.get("version", 0, int)
    version = db.session.get(Version, id) if id else None
    return version if version and kept.piece and version.piece_id == kept.piece.id else None


def _name(page: Page, source: str) -> str:
    return str(page.form.name.data) if page.builder is not None else Page.of(None, source).form.name.data or ""


def _saved(slug: str, page: Page) -> ResponseReturnValue:
    rule = page.rule
    if rule is not None:
        count = named.counts({slug: rule}, clock.now())[slug]
        flash(
            ngettext("Saved. It selects %(count)s member now.", "Saved. It selects %(count)s members now.", count,
                     count=number(count)),
            "ok",
        )  # fmt: skip
    return redirect(url_for(".show", slug=slug), 303)


def _acted(page: Page) -> ResponseReturnValue:
    page.act(request.form.get("do", ""))
    return _show(page)


def _show(page: Page, conflict: Version | None = None) -> str:
    """The page with everything on it."""
    now, me = clock.now(), current_recruiter()
    with at_once():
        found = _panel(page)
        lines = segments_view.shown(page.builder) if page.builder is not None else []
    piece = page.kept.piece if page.kept else None
    return render(
        "audience/desk/segment.html",
        page=page,
        lines=lines,
        criteria=segments_view.criteria(),
        panel=found,
        answer=find(str(page.form.find.data or "")),
        conflict=conflict,
        waiting=writing.open_words(piece, me.id) if piece and request.method == "GET" else (),
        used=uses(now).get(page.kept.slug, []) if page.kept else [],
        min_segment=settings().min_segment,
    )


def _counted(page: Page) -> str:
    """What has to change beside the builder while somebody edits."""
    with at_once():
        found = _panel(page)
        return render(
            "audience/desk/segment_counted.html",
            page=page,
            panel=found,
            answer=find(str(page.form.find.data or "")),
            criteria=segments_view.criteria(),
            action=request.path,
            min_segment=settings().min_segment,
        )


def _panel(page: Page) -> Panel | None:
    rule = page.rule
    return panel(rule, current_recruiter(), clock.now()) if rule is not None else None


def _look(kept: Each) -> str:
    me = current_recruiter()
    found = panel(kept.segment.rule, me, clock.now()) if kept.segment else None
    return render(
        "audience/desk/segment_look.html",
        kept=kept,
        panel=found,
        movable=kept.piece is not None and may_move(me, kept.piece),
        used=uses(clock.now()).get(kept.slug, []),
        min_segment=settings().min_segment,
    )
