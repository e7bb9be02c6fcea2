"""Articles as they are read: only what has been published by a day, newest first."""

from collections.abc import Collection, Sequence
from datetime import date

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import defer

from portal.audience.models import Interest
from portal.db import db
from portal.insights.models import Insight, InsightInterest

_NEWEST = (Insight.published.desc(), Insight.id.desc())


def _published(day: date) -> ColumnElement[bool]:
    return Insight.published <= day


def _listed(day: date) -> Select[Insight]:
    """For lists: without the rendered page, which is large."""
    return select(Insight).where(_published(day)).options(defer(Insight.html)).order_by(*_NEWEST)


def by_slug(slug: str, day: date) -> Insight | None:
    """A published article, or None."""
    return db.session.scalar(select(Insight).where(Insight.slug == slug, _published(day)))


def page(day: date, interest: str | None, number: int, size: int) -> tuple[Sequence[Insight], bool]:
    """Page `number` (from 1) of the articles, all or about an interest; and whether there are older ones."""
    rows = _listed(day).offset((number - 1) * size).limit(size + 1)
    if interest is not None:
        rows = rows.where(Insight.id.in_(_about([interest])))
    found = db.session.scalars(rows).all()
    return found[:size], len(found) > size


def newest(day: date, limit: int) -> Sequence[tuple[Insight, Sequence[str]]]:
    """The newest articles, each with the slugs of the interests it is about. One statement."""
    some = _listed(day).with_only_columns(Insight.id).limit(limit).subquery()
    rows = (
        select(Insight, Interest.slug)
        .join(some, some.c.id == Insight.id)
        .outerjoin(InsightInterest, InsightInterest.insight_id == Insight.id)
        .outerjoin(Interest, Interest.id == InsightInterest.interest_id)
        .options(defer(Insight.html))
        .order_by(*_NEWEST, Interest.position)
    )
    about: dict[Insight, list[str]] = {}
    for insight, slug in db.session.execute(rows):
        about.setdefault(insight, []).extend([slug] if slug else [])
    return list(about.items())


def newest_about(day: date, interests: Collection[str], limit: int) -> Sequence[Insight]:
    """The newest articles about any of these interests."""
    return db.session.scalars(_listed(day).where(Insight.id.in_(_about(interests))).limit(limit)).all()


def feed(day: date, limit: int) -> Sequence[Insight]:
    """The newest articles with their pages."""
    return db.session.scalars(select(Insight).where(_published(day)).order_by(*_NEWEST).limit(limit)).all()


def related(insight: Insight, day: date, limit: int) -> Sequence[Insight]:
    """Other articles that share interests with this one: those that share most, then the newest."""
    own = select(InsightInterest.interest_id).where(InsightInterest.insight_id == insight.id)
    shared = (
        select(InsightInterest.insight_id, func.count().label("shared"))
        .where(InsightInterest.interest_id.in_(own), InsightInterest.insight_id != insight.id)
        .group_by(InsightInterest.insight_id)
        .subquery()
    )
    rows = _listed(day).join(shared, shared.c.insight_id == Insight.id)
    return db.session.scalars(rows.order_by(None).order_by(shared.c.shared.desc(), *_NEWEST).limit(limit)).all()


def interests_of(insight_ids: Collection[int]) -> dict[int, list[Interest]]:
    """What each of these articles is about, in the order of the employer's tree."""
    rows = (
        select(InsightInterest.insight_id, Interest)
        .join(Interest, Interest.id == InsightInterest.interest_id)
        .where(InsightInterest.insight_id.in_(insight_ids))
        .order_by(Interest.position)
    )
    about: dict[int, list[Interest]] = {id: [] for id in insight_ids}
    for id, interest in db.session.execute(rows):
        about[id].append(interest)
    return about


def interests(day: date) -> Sequence[Interest]:
    """Every interest that a published article is about, in the order of the tree."""
    published = select(InsightInterest.interest_id).join(Insight).where(_published(day))
    return db.session.scalars(select(Interest).where(Interest.id.in_(published)).order_by(Interest.position)).all()


def _about(interests: Collection[str]) -> Select[int]:
    rows = select(InsightInterest.insight_id).join(Interest, Interest.id == InsightInterest.interest_id)
    return rows.where(Interest.slug.in_(interests))
