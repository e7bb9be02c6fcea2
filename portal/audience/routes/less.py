"""Less mail, by the link in a mail: whoever holds it may take away, never add, and learns nothing (W-25)."""

from flask import Blueprint, Response, abort, make_response, render_template

from portal import clock, links
from portal.audience.actions import less
from portal.audience.actions.preferences import hold
from portal.audience.forms.less import LowerForm
from portal.audience.queries import preferences as queries
from portal.audience.queries import tokens
from portal.audience.queries.preferences import PURPOSE_WORDS, Preferences
from portal.db import db
from portal.languages import gettext as _
from portal.languages import ngettext
from portal.members.actions import contact
from portal.members.actions.links import request_link
from portal.members.models import Member
from portal.members.queries.addresses import masked
from portal.web import access, language
from portal.web.entry import limit
from portal.web.requests import network_prefix

bp = Blueprint("less", __name__, url_prefix="/preferences", template_folder="../templates")


@bp.get("/<token>")
def ask(token: str) -> str:
    """What is sent now, and what could be less."""
    member, now = _member(token), clock.now()
    chosen = queries.of(member, now) if member else None
    return _page(token, member, chosen, LowerForm(chosen, now) if chosen else None)


@bp.post("/<token>")
def save(token: str) -> str | tuple[str, int]:
    """Lower; a raise is refused and then nothing is saved."""
    member, now = _member(token), clock.now()
    if member is None:
        return _page(token, None, None, None)
    member = hold(member.id)
    chosen = queries.of(member, now)
    form = LowerForm(chosen, now)
    if not form.validate():
        db.session.rollback()
        return _page(token, member, chosen, form), 422
    change = less.lower(member, chosen, form.asked(), network_prefix(), now)
    contact.touch(member.id, now)
    db.session.commit()
    chosen = queries.changed(chosen, change.after, now) if change else chosen
    return _page(token, member, chosen, LowerForm(chosen, now, formdata=None), change is not None)


@bp.post("/<token>/more")
def more(token: str) -> Response:
    """Mail a link to sign in with. The same answer whether or not there is anybody to mail it to."""
    member, asker, now = _member(token), access.asker_value(), clock.now()
    limit("raise", token, now)
    if member:
        contact.touch(member.id, now)
        request_link(member, "raise", links.digest(asker), network_prefix(), now, leads_to="/me/preferences")
        db.session.commit()
    response = make_response(render_template("audience/preferences_link_sent.html"))
    access.asker(response, asker)
    return response


def _member(token: str) -> Member | None:
    """Whose token, and from here on their language; None when they were erased. 404 with a way out when it is none of
    ours."""
    member_id = tokens.read_preferences(token)
    if member_id is None:
        abort(
            404,
            _("This link is not whole. Open the mail again and follow its link, or sign in to change what you get."),
        )
    member = db.session.get(Member, member_id)
    if member:
        language.use(member.language)
    return member


def _page(
    token: str, member: Member | None, chosen: Preferences | None, form: LowerForm | None, lowered: bool | None = None
) -> str:
    if member is None or chosen is None or not chosen.agreed:
        return render_template("audience/leave_nothing.html")
    return render_template(
        "audience/preferences_less.html",
        form=form,
        token=token,
        leave_token=tokens.unsubscribe(member.id, next(iter(chosen.agreed))),
        about=_about(member, chosen),
        lowered=lowered,
    )


def _about(member: Member, chosen: Preferences) -> list[tuple[str, str]]:
    """What may be seen by somebody to whom a mail was forwarded: purposes and counts."""
    interests, places = (sum(e.chosen for e in entries) for entries in (chosen.interests, chosen.places))
    counts = (
        ngettext("%(num)s interest", "%(num)s interests", interests),
        ngettext("%(num)s place", "%(num)s places", places),
    )
    return [
        (_("For"), masked(member.address)),
        (_("You get"), queries.listed([str(PURPOSE_WORDS[purpose]) for purpose in chosen.agreed])),
        (_("At most"), _("%(mails)s in any 30 days", mails=queries.mails(member.mails_per_month))),
        (_("You chose"), queries.listed(counts)),
    ]
