"""Finding members, and everything about one of them on one page."""

from flask import Blueprint, request

from portal import clock
from portal.audience.queries import preferences, said
from portal.audience.queries.words import PURPOSE_WORDS, STAGE_WORDS, TITLES
from portal.followups.desk import found
from portal.followups.forms import NoteForm
from portal.followups.queries import details, suggestions
from portal.followups.queries.details import KEYS
from portal.followups.queries.people import people
from portal.followups.queries.standing import against, budget
from portal.members.queries import addresses
from portal.members.queries.timeline import touches
from portal.staff.models.roles import PEOPLE
from portal.web.desk import current_recruiter, needs, render

bp = Blueprint("people", __name__, url_prefix="/desk/members", template_folder="../templates")
ON_A_PAGE, MOST = 20, 400
KINDS = ("letter", "reply", "newsletter", "note", "consent", "change", "joined")
"""Of what happened, in the order of the filter."""
TOLD = ("interests", "skills", "work_modes", "places", "lives_in", "levels", "unwanted_teams", "available_from")
"""What is shown of what somebody told us, in the words of their own page. Never the pay floor, nor who may not see
them."""


@bp.get("")
@needs(PEOPLE)
def index() -> str:
    """Members by name, address or skill; as one types with a script, by a button without."""
    me, typed = current_recruiter(), request.args.get("q", "")[:200]
    return render(
        "followups/desk/people.html",
        typed=typed,
        found=people(me, typed, request.args.get("after", "")[:100]),
        further="after" in request.args,
        suggested=[] if typed or "after" in request.args else suggestions.of(me, clock.now()),
        stages=STAGE_WORDS,
    )


@bp.get("/<int:id>")
@needs(PEOPLE)
def show(id: int) -> str:
    """Who they are, what they told us, how they stand, what is remembered, and what happened."""
    me, now = current_recruiter(), clock.now()
    stands = found.stands(id, me, now)
    member, kind = stands.member, request.args.get("kind", "")
    kind = kind if kind in KINDS else ""
    pages = max(1, min(request.args.get("pages", 1, int), MOST // ON_A_PAGE))
    chosen = preferences.of(member, now)
    happened = [t for t in touches(id, MOST if kind else pages * ON_A_PAGE + 1) if not kind or t.kind == kind]
    return render(
        "followups/desk/person.html",
        member=member,
        address=addresses.shown(member.address),
        chosen=chosen,
        told=[(TITLES[name], said.value(name, chosen)) for name in TOLD],
        phone=said.value("phone_hours", chosen) if chosen.channel == "phone" and chosen.phone else None,
        stage=STAGE_WORDS[member.career_stage],
        purposes=PURPOSE_WORDS,
        stands=stands,
        budget=budget(stands),
        against=list(against(stands)),
        details=details.of_member(id),
        keys=KEYS,
        form=NoteForm(),
        kinds=KINDS,
        kind=kind,
        touches=happened[: pages * ON_A_PAGE],
        pages=pages + 1 if len(happened) > pages * ON_A_PAGE else None,
    )
