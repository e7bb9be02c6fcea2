"""Step 4 of a newsletter: what became of it, while it goes and afterwards; and the buttons that stop it. Nobody's
opening or reading is ever counted."""

from collections.abc import Callable

from flask import Blueprint, abort, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from portal import clock
from portal.audience.actions.leave import REASONS as LEFT_WORDS
from portal.audience.queries import leaving, replies
from portal.audience.queries.replies import ANSWER_WORDS
from portal.audience.queries.sent import in_words
from portal.db import db
from portal.languages import gettext as _
from portal.languages import lazy_gettext as _l
from portal.languages import ngettext, number
from portal.newsletter.actions import stopping
from portal.newsletter.desk.preview import the_piece
from portal.newsletter.emails import about
from portal.newsletter.models import Campaign, Issue
from portal.newsletter.queries import policy, results
from portal.newsletter.queries.results import Result
from portal.staff.models import Recruiter
from portal.staff.models.roles import WRITE
from portal.staff.queries import senders
from portal.staff.queries.people import names
from portal.web.desk import current_recruiter, needs, render

bp = Blueprint("desk_campaigns", __name__, url_prefix="/desk/campaigns", template_folder="../templates")
of_newsletter = Blueprint(
    "desk_result", __name__, url_prefix="/desk/newsletters/<slug>/result", template_folder="../templates"
)
STATE_WORDS = {
    "accepted": _l("Handed to the mail server"),
    "unknown": _l("We can't tell whether this arrived"),
    "sending": _l("On its way"),
    "queued": _l("Waits to be sent"),
    "deferred": _l("The mail server asked us to come again later"),
    "bounced": _l("Bounced"),
    "complained": _l("Reported as unwanted"),
    "failed": _l("Not taken by the mail server"),
}
REASON_WORDS = {
    "over_budget": _l("Not sent: over their budget this month"),
    "already": _l("Not sent: already got this"),
    "paused": _l("Not sent: paused their mail"),
    "no_consent": _l("Not sent: had not agreed to it, or took that back"),
    "suppressed": _l("Not sent: we may not write to their address"),
    "trial": _l("Not sent: not reached during the trial"),
    "erased": _l("Not sent: had themselves erased"),
    "cancelled": _l("Not sent: called off"),
    "not_confirmed": _l("Not sent: had not confirmed their address"),
    "nothing_new": _l("Not sent: no part of it was for them any more"),
}
PHASE_WORDS = {
    "scheduled": _l("Planned"),
    "sending": _l("Under way"),
    "waiting": _l("Waits for the hours of those left over"),
    "paused": _l("Paused"),
    "done": _l("Done"),
    "cancelled": _l("Called off"),
}


@bp.get("/<int:id>")
@needs(WRITE)
def show(id: int) -> str:
    """How far it is, what became of it, what people answered. A script gets only how far it is."""
    campaign, issue = _found(id)
    found = results.result(campaign, clock.now())
    if request.headers.get("HX-Request"):
        return render("newsletter/desk/progress.html", **_progress(found))
    said = replies.counts(found.mailing_ids)
    left = leaving.by_mailing(found.mailing_ids)
    return render(
        "newsletter/desk/result.html",
        issue=issue,
        rule=in_words(campaign.rule),
        said=[(words, said[answer]) for answer, words in ANSWER_WORDS.items() if said.get(answer)],
        left=[(LEFT_WORDS.get(reason, _("Without saying why")), count) for reason, count in left.items()],
        unallowed=_unallowed(campaign, issue),
        names=names({who for who in (campaign.recruiter_id, campaign.sender_id) if who}),
        **_progress(found),
    )


@bp.post("/<int:id>/<act>")
@needs(WRITE)
def act(id: int, act: str) -> ResponseReturnValue:
    """Pause it, go on, take it back before its time, or stop it."""
    campaign, issue = _found(id)
    me = current_recruiter()
    if act not in ACTS:
        abort(404)
    if not policy.may_stop(me, campaign):
        abort(403, _("Only who sent it, or an admin, can stop it or go on."))
    words, kind = ACTS[act](campaign, me)
    db.session.commit()
    flash(words, kind)
    if act == "unschedule" and kind == "ok":
        return redirect(url_for("desk_send.show", slug=issue.slug), 303)
    return redirect(url_for(".show", id=id), 303)


@of_newsletter.get("")
@needs(WRITE)
def last(slug: str) -> ResponseReturnValue:
    """The result of its last sending; where there is none yet, what to do."""
    piece = the_piece(slug)
    sent = results.of_issue(slug)
    if not sent:
        return render("newsletter/desk/unsent.html", slug=piece.slug)
    return redirect(url_for("desk_campaigns.show", id=sent[0].id))


def _pause(campaign: Campaign, me: Recruiter) -> tuple[str, str]:
    if stopping.pause(campaign, me, clock.now()):
        return _("Paused: nothing more begins until you go on. What is on its way arrives."), "ok"
    return _("It is not running, so there is nothing to pause."), "info"


def _resume(campaign: Campaign, me: Recruiter) -> tuple[str, str]:
    if stopping.resume(campaign, me, clock.now()):
        return _("It goes on."), "ok"
    return _("It is not paused."), "info"


def _cancel(campaign: Campaign, me: Recruiter) -> tuple[str, str]:
    stopped = stopping.cancel(campaign, me, clock.now())
    said = ngettext("Called off: one member does not get it.", "Called off: %(count)s members do not get it.", stopped,
                    count=number(stopped))  # fmt: skip
    return said, "ok"


def _unschedule(campaign: Campaign, me: Recruiter) -> tuple[str, str]:
    if stopping.unschedule(campaign, me, clock.now()):
        return _("Taken back: nothing was sent. You can change it, and send it again."), "ok"
    return _("Its time has come already. You can pause it, or call it off."), "warn"


ACTS: dict[str, Callable[[Campaign, Recruiter], tuple[str, str]]] = {
    "pause": _pause, "resume": _resume, "cancel": _cancel, "unschedule": _unschedule,
}  # fmt: skip


def _found(id: int) -> tuple[Campaign, Issue]:
    return results.campaign_of(id) or abort(404)


def _unallowed(campaign: Campaign, issue: Issue) -> bool:
    """Whether whose name it is no longer allows that."""
    sender, by = campaign.sender_id, campaign.recruiter_id
    return sender is not None and sender != by and not senders.may_appear(sender, "newsletter", about(issue.slug))


def _progress(found: Result) -> dict[str, object]:
    me = current_recruiter()
    rows = [(STATE_WORDS[state], found.states[state, None]) for state in STATE_WORDS if (state, None) in found.states]
    skipped = {why: count for (state, why), count in found.states.items() if state == "skipped"}
    rows += [(words, skipped[why]) for why, words in REASON_WORDS.items() if why in skipped]
    return {"result": found, "rows": rows, "phase": PHASE_WORDS[found.phase],
            "may_stop": policy.may_stop(me, found.campaign)}  # fmt: skip
