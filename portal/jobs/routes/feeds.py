"""Openings for machines: followed by Atom, taken over by job boards."""

from flask import Blueprint, Response, render_template, url_for

from portal import clock
from portal.audience.queries.words import listed
from portal.config import settings
from portal.jobs.queries import indeed
from portal.jobs.queries.cards import Card
from portal.jobs.queries.listing import every_open, newest
from portal.languages import gettext as _
from portal.languages import speaking
from portal.links import absolute
from portal.web import feeds
from portal.web.caching import public

IN_A_FEED = 50

bp = Blueprint("jobs_feeds", __name__, template_folder="../templates")


@bp.get("/jobs.atom")
@public
def atom() -> Response:
    """The newest openings, to follow without a mail."""
    now = clock.now()
    title = _("Openings at %(org)s", org=settings().org_name)
    entries = [_entry(card) for card in newest(now, IN_A_FEED)]
    return feeds.atom(url_for(".atom"), url_for("jobs.index"), title, entries, now.date())


def _entry(card: Card) -> feeds.Entry:
    posting = card.posting
    published = posting.opens_at or posting.created_at
    facts = [card.team, card.modes, listed(card.places), card.pay]
    return feeds.Entry(
        path=url_for("jobs.show", slug=card.slug),
        title=card.title,
        summary=" · ".join(fact for fact in facts if fact),
        published=published,
        updated=max(published, posting.changed_at),
        html=posting.html,
    )


@bp.get("/jobs/indeed.xml")
@public
def indeed_xml() -> Response:
    """Every open one, as Indeed and others take them over; in the house's own language, whoever asks."""
    with speaking(settings().language):
        entries = indeed.entries(every_open(clock.now()))
        feed = render_template(
            "jobs/indeed.xml",
            publisher=indeed.cdata(settings().org_name),
            address=indeed.cdata(absolute("/jobs")),
            entries=entries,
        )
    return Response(feed, mimetype="application/xml")
