"""Plain pages and the first page, and every page that is for anyone to find."""

from collections.abc import Iterator
from datetime import date, datetime

from sqlalchemy import func, select

from portal.db import db
from portal.home.models import Page
from portal.insights.models import Insight
from portal.insights.queries import Said, said_whole
from portal.jobs.queries import listing
from portal.newsletter.queries import latest

FRONT = "front"
"""The page whose words stand on the first page."""
Place = tuple[str, date | None]


def page(slug: str) -> Said | None:
    """One page from `content/pages/` in the language that is spoken now, or None."""
    found = db.session.scalar(select(Page).filter_by(slug=slug))
    return said_whole(found) if found else None


def places(now: datetime) -> Iterator[Place]:
    """The path of every page that is for anyone to find, and when it last changed, if that is known."""
    yield from (("/", None), ("/join", None), ("/jobs", None), ("/insights", None), ("/newsletter", None))
    for slug, at in listing.addresses(now):
        yield f"/jobs/{slug}", at.date()
    changed = func.coalesce(Insight.updated, Insight.published)
    open_ = select(Insight.slug, changed).where(Insight.published <= now.date(), Insight.members_only.is_(False))
    for slug, day in db.session.execute(open_.order_by(Insight.published.desc(), Insight.slug)):
        yield f"/insights/{slug}", day
    for issue in latest(now, 1000):
        yield f"/newsletter/{issue.slug}", issue.send_at.date()
    for slug in db.session.scalars(select(Page.slug).where(Page.slug != FRONT).order_by(Page.slug)):
        yield f"/pages/{slug}", None
