"""A member's own page of openings: what is for them and why, how often they hear of it, and their private addresses."""

from flask import Blueprint, flash, redirect, render_template, url_for
from werkzeug import Response

from portal import clock, links
from portal.alerts.actions import rhythm
from portal.alerts.forms import OpeningsForm
from portal.alerts.models import AlertSetting
from portal.alerts.queries import tokens
from portal.alerts.queries.matches import matches
from portal.alerts.queries.matching import PURPOSE
from portal.alerts.queries.words import EVERY_NOTES, how_often
from portal.audience.queries import live
from portal.audience.queries.options import city
from portal.db import db
from portal.languages import gettext as _
from portal.web.access import current_member

bp = Blueprint("openings", __name__, url_prefix="/me/openings", template_folder="../templates")


@bp.get("")
def show() -> str:
    """The page."""
    setting = db.session.get(AlertSetting, current_member().id)
    return _page(setting, OpeningsForm(setting))


@bp.post("")
def save() -> Response | tuple[str, int]:
    """How often, from now on."""
    member, now = current_member(), clock.now()
    setting = rhythm.of(member, now)
    form = OpeningsForm(setting)
    if not form.validate():
        db.session.rollback()
        return _page(setting, form), 422
    rhythm.choose(setting, member, form.every.data, form.weekday.data, form.hour.data, now)
    said = how_often(setting, member.time_zone)
    db.session.commit()
    flash(_("Saved. You hear of openings like this: %(how)s", how=said), "ok")
    return redirect(url_for(".show"), 303)


@bp.post("/addresses")
def renew() -> Response:
    """End the private addresses, and make others."""
    member, now = current_member(), clock.now()
    rhythm.renew(rhythm.of(member, now), now)
    db.session.commit()
    flash(_("The old addresses are dead. Give the new ones to your reader and your calendar."), "ok")
    return redirect(url_for(".show") + "#addresses", 303)


def _page(setting: AlertSetting | None, form: OpeningsForm) -> str:
    member, now = current_member(), clock.now()
    feed = f"/feeds/{tokens.feed(setting.feed_nonce)}" if setting and setting.feed_nonce else None
    return render_template(
        "alerts/openings.html",
        matches=matches(member.id, now),
        form=form,
        notes=EVERY_NOTES,
        agreed=PURPOSE in live(member.id),
        setting=setting,
        how=how_often(setting, member.time_zone) if setting else "",
        place=city(member.time_zone),
        zone=member.time_zone,
        atom=links.absolute(f"{feed}.atom") if feed else "",
        ics=links.absolute(f"{feed}.ics") if feed else "",
        person=member.name,
    )
