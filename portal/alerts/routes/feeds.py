"""A member's private feed of openings and calendar of their last days, at secret addresses, instead of mail."""

from datetime import UTC, date, datetime, timedelta

from flask import Blueprint, Response, abort
from icalendar import Calendar, Event

from portal import clock
from portal.alerts.queries import behind
from portal.alerts.queries.matches import Match, matches
from portal.config import settings
from portal.languages import gettext as _
from portal.links import absolute
from portal.members.models import Member
from portal.web import feeds
from portal.web.language import use

bp = Blueprint("alert_feeds", __name__, url_prefix="/feeds")
LASTS = timedelta(minutes=15)
"""How long a reader may keep what it got."""


@bp.get("/<token>.atom")
def atom(token: str) -> Response:
    """The openings that are for somebody now, each with why."""
    member, now = _member(token), clock.now()
    title = _("Openings for you at %(org)s", org=settings().org_name)
    entries = [_entry(match, now) for match in matches(member.id, now)]
    return _private(feeds.atom(f"/feeds/{token}.atom", "/me/openings", title, entries, now.date()))


def _entry(match: Match, now: datetime) -> feeds.Entry:
    item = match.item
    first = [_("Members first, for some days more.")] if item.first_until else []
    why = _("For you, %(because)s.", because=match.why)
    published = item.since or now
    return feeds.Entry(
        path=match.lasting,
        title=item.title,
        summary=" · ".join([*(part for part in (item.where, item.pay) if part), *first, why]),
        published=published,
        updated=max(published, item.changed_at),
    )


@bp.get("/<token>.ics")
def calendar(token: str) -> Response:
    """The last day of each that has one."""
    member, now = _member(token), clock.now()
    shown = Calendar()
    name = _("Openings for you at %(org)s", org=settings().org_name)
    for key, value in (
        ("prodid", "-//Rapport//Openings//EN"),
        ("version", "2.0"),
        ("name", name),
        ("x-wr-calname", name),
    ):
        shown.add(key, value)
    for match in matches(member.id, now):
        if match.item.closes:
            shown.add_component(_event(match, match.item.closes))
    return _private(Response(shown.to_ical(), mimetype="text/calendar"))


def _event(match: Match, day: date) -> Event:
    """All day long, and nobody is busy because of it."""
    item, event = match.item, Event()
    event.add("uid", f"opening-{item.id}@{settings().mail_domain}")
    event.add("dtstamp", item.changed_at.astimezone(UTC))
    event.add("dtstart", day)
    event.add("dtend", day + timedelta(days=1))
    event.add("summary", _("Last day to apply: %(title)s", title=item.title))
    event.add("description", "\n".join(part for part in (item.where, item.pay, absolute(match.lasting)) if part))
    event.add("url", absolute(match.lasting))
    event.add("transp", "TRANSPARENT")
    return event


def _member(token: str) -> Member:
    """Whose it is, and from here on their language. All else is not there."""
    member = behind.of_feed(token)
    if member is None:
        abort(404)
    use(member.language)
    return member


def _private(response: Response) -> Response:
    """For no search engine, and for no cache but the reader's own."""
    response.headers["X-Robots-Tag"] = "noindex"
    response.headers["Cache-Control"] = f"private, max-age={int(LASTS.total_seconds())}"
    return response
