"""Articles: listed by interest, read, followed."""

from collections.abc import Sequence

from flask import Blueprint, Response, abort, redirect, render_template, request, url_for
from werkzeug import Response as AnyResponse

from portal import clock
from portal.audience.models import Interest
from portal.config import settings
from portal.insights import queries
from portal.insights.models import Insight
from portal.languages import gettext as _
from portal.web import feeds
from portal.web.access import current_member
from portal.web.caching import public, public_by
from portal.web.paging import page_number_or_404

ON_A_PAGE = 10
IN_A_FEED = 20
RELATED = 3

bp = Blueprint("insights", __name__, template_folder="templates")
members = Blueprint("insights_for_members", __name__, template_folder="templates")


@bp.get("/insights")
@public_by("interest", "page")
def index() -> str:
    """The articles, newest first, all or about one interest."""
    day, number = clock.now().date(), page_number_or_404()
    interests = queries.interests(day)
    chosen = _chosen(interests)
    found, more = queries.page(day, chosen.slug if chosen else None, number, ON_A_PAGE)
    if not found and number > 1:
        abort(404)
    return render_template(
        "insights/index.html",
        insights=queries.said(found),
        interests=interests,
        chosen=chosen,
        number=number,
        more=more,
    )


def _chosen(interests: Sequence[Interest]) -> Interest | None:
    slug = request.args.get("interest")
    if slug is None:
        return None
    found = next((interest for interest in interests if interest.slug == slug), None)
    return found or abort(404, _("Nothing is written about that yet. Look through all insights instead."))


@bp.get("/insights/<slug>")
@public
def show(slug: str) -> str:
    """One article; of one that is for members, what it is about and the way in."""
    insight = _found(slug)
    return _page(insight, open_=not insight.members_only)


@bp.get("/insights.atom")
@public
def feed() -> Response:
    """The newest articles, to follow without a mail."""
    day = clock.now().date()
    found = queries.feed(day, IN_A_FEED)
    about = queries.interests_of([insight.id for insight in found])
    entries = [
        feeds.Entry(
            path=url_for("insights.show", slug=insight.slug),
            title=insight.title,
            summary=insight.summary,
            published=insight.published,
            updated=insight.changed,
            author=insight.author,
            about=[interest.name for interest in about[insight.id]],
            html=None if insight.members_only else insight.html,
        )
        for insight in found
    ]
    title = _("Insights from %(org)s", org=settings().org_name)
    return feeds.atom(url_for("insights.feed"), url_for("insights.index"), title, entries, day)


@members.get("/me/insights/<slug>", endpoint="show")
def show_to_member(slug: str) -> str | AnyResponse:
    """An article for members. What is open to all has one address only."""
    insight = _found(slug)
    if not insight.members_only:
        return redirect(url_for("insights.show", slug=slug), 301)
    return _page(insight, open_=True, person=current_member().name)


def _found(slug: str) -> Insight:
    return queries.by_slug(slug, clock.now().date()) or abort(404)


def _page(insight: Insight, open_: bool, person: str | None = None) -> str:
    return render_template(
        "insights/show.html",
        insight=queries.said_whole(insight),
        open=open_,
        person=person,
        interests=queries.interests_of([insight.id])[insight.id],
        related=queries.said(queries.related(insight, clock.now().date(), RELATED)),
        mails_per_month=settings().mails_per_month,
    )
