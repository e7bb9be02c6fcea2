"""Why did I get this? A page for whoever holds a mail, that says more to the one it was sent to (P1, W-25).

Without signing in it shows the rule and no data of anybody's, and can only lower. Opening it is recorded nowhere (P10).
"""

from flask import Blueprint, abort, flash, get_flashed_messages, redirect, render_template, request, url_for
from werkzeug import Response

from portal import clock
from portal.audience.actions import correct
from portal.audience.queries import corrections, reasons, said, tokens, wording
from portal.audience.queries import preferences as queries
from portal.audience.queries.address import went_elsewhere
from portal.audience.queries.corrections import Correction
from portal.audience.queries.why import Why, member_of, why
from portal.audience.routes.preferences import UNDO
from portal.config import settings
from portal.db import db
from portal.languages import day
from portal.languages import gettext as _
from portal.mail.encoding import FIELD, opening
from portal.members.models import Member
from portal.web.access import member_or_none
from portal.web.language import use
from portal.web.requests import network_prefix

bp = Blueprint("why", __name__, url_prefix="/why", template_folder="../templates")
PAUSE = "pause_until"


@bp.get("/<token>")
def show(token: str) -> str:
    """The page."""
    delivery_id, member = _read(token)
    return _page(token, delivery_id, member) if member else render_template("audience/why_gone.html")


@bp.post("/<token>")
def change(token: str) -> str | Response:
    """Correct one preference. Who is not signed in as who got the mail can only pause."""
    delivery_id, member = _read(token)
    if member is None:
        return render_template("audience/why_gone.html")
    preference, _colon, value = request.form.get("correct", "").partition(":")
    if not _is_own(member) and (preference != PAUSE or went_elsewhere(delivery_id)):
        return redirect(url_for("sign_in.ask", next=url_for(".show", token=token)), 303)
    try:
        done = _correct(member, preference, value)
    except LookupError:
        abort(400, _("This button is not ours. Reload the page and press one of those that are shown."))
    told = _told(member, done)
    db.session.commit()
    flash(*told)
    return redirect(url_for(".show", token=token), 303)


def _correct(member: Member, preference: str, value: str) -> correct.Corrected:
    if _is_own(member):
        return correct.correct(member, preference, value, network_prefix(), clock.now())
    return correct.pause(member, network_prefix(), clock.now())


def _told(member: Member, done: correct.Corrected) -> tuple[str, str]:
    """What holds now of the one preference that was changed, and to the member how to undo it."""
    if done.change is None:
        return _("It was so already. Nothing had to be changed."), "info"
    return said.saved(done.now, done.change.after), f"{UNDO}{done.change.id}" if _is_own(member) else "ok"


def _read(token: str) -> tuple[int, Member | None]:
    """Which mail, and whose; nobody's if they were erased. 404 with a way out when the token is none of ours."""
    delivery_id = tokens.read_why(token)
    if delivery_id is None:
        abort(
            404, _("This link is not whole. Open the mail again and follow its link, or sign in to see what you get.")
        )
    member = member_of(delivery_id)
    if member:
        use(member.language)
    return delivery_id, member


def _is_own(member: Member) -> bool:
    signed_in = member_or_none()
    return signed_in is not None and signed_in.id == member.id


def _page(token: str, delivery_id: int, member: Member) -> str:
    own = _is_own(member)
    found = why(delivery_id, member, own, clock.now())
    mailing, consent = found.mailing, found.consent
    return render_template(
        "audience/why.html",
        why=found,
        token=token,
        person=member.name if own else None,
        about=_about(found, own),
        purpose=reasons.MAIL_WORDS[mailing.purpose],
        needs_none=reasons.NEEDS_NO_CONSENT.get(mailing.purpose),
        agreed=wording.sentence(mailing.purpose, settings().org_name, consent.wording) if consent else None,
        wording_lang=wording.language(consent.wording) if consent else None,
        titles={part.position: opening(part.text) for part in found.parts},
        held=[reasons.held_back(held, member.time_zone) for held in found.held] if own else [],
        less=_less(found) if own and not found.free else [],
        leave_token=tokens.unsubscribe(member.id, mailing.purpose) if found.agrees else None,
        less_token=tokens.preferences(member.id),
        pause=corrections.pause(),
        messages=get_flashed_messages(with_categories=True),
    )


def _about(found: Why, own: bool) -> list[tuple[str, str]]:
    """The mail itself: nothing in it that its reader does not see in the mail."""
    mailing, name = found.mailing, found.member.name if own else ""
    subject = FIELD.sub(lambda field: (name if field[1] == "name" else "") or field[2] or "…", mailing.subject)
    sent = day(queries.today(found.member.time_zone, found.sent_at))
    return [(_("Mail"), subject), (_("Sent"), sent), (_("From"), f"{mailing.from_name} <{mailing.from_address}>")]


def _less(found: Why) -> list[Correction]:
    """The buttons that lower and are about no single part."""
    member = found.member
    fewer = corrections.fewer(member.mails_per_month)
    paused = member.paused_until is not None and member.paused_until > clock.now() + correct.PAUSE
    stop = [corrections.of_purpose(found.mailing.purpose)] if found.agrees else []
    return [*([fewer] if fewer else []), *([] if paused else [corrections.pause()]), *stop]
