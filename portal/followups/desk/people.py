"""Finding members, and everything about one of them on one page."""

from flask import Blueprint, request

from portal import clock
from portal.audience.queries import preferences, said
from portal.audience.queries.preferences import Preferences
from portal.audience.queries.words import PURPOSE_WORDS
from portal.followups.desk import found
from portal.followups.forms import NoteForm
from portal.followups.queries import details, suggestions
from portal.followups.queries.details import KEYS
from portal.followups.queries.people import people
from portal.followups.queries.standing import against, budget
from portal.languages import lazy_gettext as _l
from portal.members.queries import addresses
from portal.members.queries.timeline import touches
from portal.staff.models.roles import PEOPLE
from portal.web.desk import current_recruiter, needs, render

bp = Blueprint("people", __name__, url_prefix="/desk/members", template_folder="../templates")
ON_A_PAGE, MOST = 20, 400
KINDS = ("letter", "reply", "newsletter", "note", "consent", "change", "joined")
"""Of what happened, in the order of the filter."""
TOLD = {
    "interests": _l("Interests"),
    "skills": _l("Good at"),
    "work_modes": _l("Ways to work"),
    "places": _l("Would work in"),
    "lives_in": _l("Lives in"),
    "levels": _l("Level"),
    "unwanted_teams": _l("Teams they do not want"),
    "available_from": _l("Free from"),
}
"""What is shown of what somebody told us. Never the pay floor, nor who may not see them."""
IF_SAID = {"lives_in", "unwanted_teams", "available_from"}
"""Of that, what is left out when nothing is said; of the rest nothing means everything."""
STAGES = {
    "looking": _l("Looking for work"),
    "open": _l("Open to the right thing"),
    "not_looking": _l("Not looking, just curious"),
}


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
        stages=STAGES,
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
        told=_told(chosen),
        phone=said.value("phone_hours", chosen) if chosen.channel == "phone" and chosen.phone else None,
        stage=STAGES[member.career_stage],
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


def _told(chosen: Preferences) -> list[tuple[object, str]]:
    ticked = {"unwanted_teams": any(team.chosen for team in chosen.unwanted_teams)}
    shown = (name for name in TOLD if name not in IF_SAID or ticked.get(name, bool(getattr(chosen, name))))
    return [(TOLD[name], said.value(name, chosen)) for name in shown]
