"""The first page, a member's own, plain pages, and what search engines ask for."""

from flask import Blueprint, Response, abort, redirect, render_template, url_for
from werkzeug import Response as AnyResponse

from portal import clock
from portal.audience.queries import preferences
from portal.config import settings
from portal.home import queries
from portal.insights.queries import newest, newest_about, said
from portal.jobs.queries import listing
from portal.links import absolute
from portal.newsletter.queries import latest
from portal.web.access import current_member
from portal.web.caching import public

SHOWN = 3
PRIVATE = (
    "/me", "/dev/", "/confirm/", "/sign-in", "/sign-out", "/new-address/", "/old-address/", "/keep/", "/preferences/",
    "/unsubscribe/", "/why/", "/invited/",
)  # fmt: skip
"""What no search engine has any business with."""

bp = Blueprint("home", __name__, template_folder="templates")
members = Blueprint("me", __name__, template_folder="templates")


@bp.get("/")
@public
def front() -> str:
    """What the community of this employer is, and the way in."""
    now = clock.now()
    return render_template(
        "home/front.html",
        words=queries.page(queries.FRONT),
        openings=listing.newest(now, SHOWN),
        insights=said([insight for insight, _ in newest(now.date(), SHOWN)]),
        newsletter=next(iter(latest(now, 1)), None),
        mails_per_month=settings().mails_per_month,
    )


@bp.get("/pages/<slug>")
@public
def page(slug: str) -> str | AnyResponse:
    """One page from `content/pages/`."""
    if slug == queries.FRONT:
        return redirect(url_for("home.front"), 301)
    return render_template("home/page.html", page=queries.page(slug) or abort(404))


@bp.get("/robots.txt")
@public
def robots() -> Response:
    """What may be searched: all that is public. Pages behind a token are in no index, whoever links to them."""
    lines = ["User-agent: *", *(f"Disallow: {path}" for path in PRIVATE), f"Sitemap: {absolute('/sitemap.xml')}", ""]
    return Response("\n".join(lines), mimetype="text/plain")


@bp.get("/sitemap.xml")
@public
def sitemap() -> Response:
    """Every public page."""
    places = [(absolute(path), day) for path, day in queries.places(clock.now())]
    return Response(render_template("home/sitemap.xml", places=places), mimetype="application/xml")


@members.get("/me", endpoint="show")
def me() -> str:
    """What a member gets and how much, and what is new about what they chose."""
    member, now = current_member(), clock.now()
    chosen = preferences.of(member, now)
    slugs = [interest.slug for interest in chosen.interests if interest.chosen]
    about = newest_about(now.date(), slugs, SHOWN) if slugs else []
    return render_template(
        "home/me.html",
        member=member,
        chosen=chosen,
        summary=preferences.sentence(chosen),
        purposes=preferences.PURPOSE_WORDS,
        about=about,
        insights=said(about or [insight for insight, _ in newest(now.date(), SHOWN)]),
        newsletter=next(iter(latest(now, 1)), None),
    )
