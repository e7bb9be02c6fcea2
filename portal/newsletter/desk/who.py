"""Step 2 of a newsletter: who gets it. Whom it reaches now, who gets it later, who not and why, and the people behind
each number."""

from collections.abc import Sequence

from flask import Blueprint, abort, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from portal import clock
from portal.audience.files.segments_each import Each, each
from portal.audience.queries import say
from portal.audience.queries.catalogue import at_once
from portal.audience.queries.causes import CAUSE_NOTES, CAUSE_WORDS
from portal.audience.queries.diff import ALL, CAUSES, LATER, NOW, PAGE, REACHED, Diff, Sending, people
from portal.audience.queries.hiding import hidden
from portal.audience.queries.named import many_members
from portal.config import settings
from portal.db import db
from portal.languages import LANGUAGES, ngettext, number
from portal.languages import gettext as _
from portal.newsletter import emails
from portal.newsletter.actions import drafting, preview
from portal.newsletter.actions.drafting import Draft
from portal.newsletter.actions.ready import Letter, decide, letter
from portal.newsletter.queries import policy
from portal.staff.models import Recruiter
from portal.staff.models.roles import PEOPLE, SEND, WRITE
from portal.web.desk import current_recruiter, needs, render
from portal.web.paging import page_number

bp = Blueprint("desk_who", __name__, url_prefix="/desk/newsletters/<slug>", template_folder="../templates")
WHICH = (ALL, REACHED, NOW, LATER, *CAUSES)


@bp.get("/who")
@needs(WRITE)
def show(slug: str) -> str:
    """The numbers, and other segments to choose."""
    segments = each(settings().content_dir)
    return _page(letter(slug, segments) or abort(404), segments)


@bp.post("/who")
@needs(WRITE)
def save(slug: str) -> ResponseReturnValue:
    """Choose a segment: the newsletter says so from now on."""
    me, segments = current_recruiter(), each(settings().content_dir)
    found = letter(slug, segments) or abort(404)
    if not policy.may_write(me, found.piece):
        abort(403, _("This newsletter is a file: who gets it is written there."))
    chosen = request.form.get("segment", "")
    if chosen not in {one.slug for one in _open_to(me, segments)}:
        return _page(found, segments, _("Choose one of the segments.")), 422
    if not decide(found, me, clock.now(), segment=chosen):
        db.session.rollback()
        flash(_("Somebody saved this newsletter in this moment. Look at it, and choose again."), "warn")
        return redirect(url_for(".show", slug=slug), 303)
    db.session.commit()
    flash(_("Saved: this is who gets it."), "ok")
    return redirect(url_for(".show", slug=slug), 303)


@bp.get("/held/<which>")
@needs(WRITE)
def held(slug: str, which: str) -> str:
    """The people behind a number: by name for those who may see members, else only how many."""
    me, found = current_recruiter(), letter(slug) or abort(404)
    if which not in WHICH or found.segment is None:
        abort(404)
    number = page_number()
    at, names = found.at(clock.now()), list[tuple[int, str]]()
    with at_once():
        audience = found.audience(at)
        if me.may(PEOPLE):
            names = people(Sending(found.segment.rule, "newsletter", at, found.about), which, number - 1)
    unseen = hidden(me, [id for id, _name in names])
    return render(
        "newsletter/desk/held.html",
        letter=found,
        which=which,
        words=CAUSE_WORDS,
        notes=CAUSE_NOTES,
        diff=audience,
        count=_count(audience, which) if audience else 0,
        people=[(id, name) for id, name in names if id not in unseen],
        unseen=len(unseen),
        number=number,
        more=len(names) == PAGE,
    )


def _count(found: Diff, which: str) -> int:
    by_name = {ALL: found.match, REACHED: found.reaches, NOW: found.now, LATER: found.waiting}
    return by_name[which] if which in by_name else found.held.get(which, 0)


def _open_to(me: Recruiter, found: Sequence[Each]) -> list[Each]:
    """Segments that this recruiter can choose: those that can be used, and who sends chooses among their own. Whoever
    only writes chooses among all: somebody else sends."""
    usable = [one for one in found if one.segment]
    return [one for one in usable if policy.may_send(me, one.piece)] if me.may(SEND) else usable


def _parts(draft: Draft, audience: Diff) -> list[tuple[str, str, int]]:
    """What each block begins with, for whom it is, and how many get it. The rows of insights are one: which of them
    somebody gets hangs on what interests them; and so are openings, of whose heading it is said who gets none."""
    found: list[tuple[str, str, int]] = []
    insights = _("Insights"), _("Each those on what interests them"), audience.reaches
    for part, share in zip(draft.parts, audience.parts, strict=False):
        if part.kind == "insights":
            found += [] if insights in found else [insights]
        elif part.kind == emails.JOBS:
            none = audience.reaches - share.reached
            whom = ngettext(
                "Each those that are for them; one member gets none", "Each those that are for them; %(none)s get none",
                none, none=number(none),
            )  # fmt: skip
            found += [] if any(title == _("Openings") for title, *_rest in found) else [
                (_("Openings"), whom if none else _("Each those that are for them"), share.reached)
            ]  # fmt: skip
        else:
            found.append((preview.title(part), part.label or _("Everybody who gets it"), share.reached))
    return found


def _readers(found: Letter, draft: Draft, audience: Diff) -> list[tuple[str, int, bool]]:
    """Each language, how many read it, and whether they get it in words of it."""
    there = {settings().language, *found.said}
    pairs = zip(drafting.spoken(), audience.parts[len(draft.parts) :], strict=False)
    return [(LANGUAGES[code], share.reached, code in there) for code, share in pairs]


def _page(found: Letter, segments: Sequence[Each], error: str = "") -> str:
    """Among very many members the page comes at once, and its numbers by a request of its own."""
    me, now = current_recruiter(), clock.now()
    uncounted = found.segment is not None and not request.args.get("counted") and many_members()
    with at_once():
        at, draft = found.at(now), found.draft(now)
        audience = None if uncounted else found.audience(at, draft)
        choices = [(one, say(one.segment.rule)) for one in _open_to(me, segments) if one.segment]
        rule = say(found.segment.rule) if found.segment else ""
        counted = bool(draft and audience and found.segment)
        warnings = drafting.warnings(draft, found.segment, audience) if counted else []  # type: ignore[arg-type]
    return render(
        "newsletter/desk/who.html",
        letter=found,
        diff=audience,
        at=at,
        planned=at > now,
        words=CAUSE_WORDS,
        rule=rule,
        choices=choices,
        editable=policy.may_write(me, found.piece),
        warnings=warnings,
        parts=_parts(draft, audience) if draft and audience else [],
        readers=_readers(found, draft, audience) if draft and audience else [],
        error=error,
        uncounted=uncounted,
    )
