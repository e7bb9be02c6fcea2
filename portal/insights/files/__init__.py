"""Insights in `content/insights/`."""

from collections.abc import Collection, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Annotated, Any

from pydantic import Field, ValidationInfo, field_validator
from sqlalchemy import delete, select

from portal.audience.files import interest_slugs
from portal.audience.models import Interest
from portal.content import ContentError, Problem, Synced, Text, near
from portal.db import db
from portal.insights.files.articles import Article, PageFront, bring, dead_links, load
from portal.insights.models import Insight, InsightInterest

__all__ = ["InsightFront", "check", "dead_links", "sync"]


class InsightFront(PageFront):
    """The front matter of an article. From the day `published` it can be read; `members_only` after signing in."""

    author: Annotated[str, Field(min_length=1, max_length=80)]
    interests: tuple[str, ...]
    published: date
    updated: date | None = None
    members_only: bool = False

    @field_validator("updated")
    @classmethod
    def _after(cls, value: date | None, info: ValidationInfo) -> date | None:
        if value and (published := info.data.get("published")) and value < published:
            raise ValueError(f"is before `published` ({published}): put the later day here, or leave it out")
        return value


def check(folder: Path) -> list[Problem]:
    """Every mistake in the insights of a content folder."""
    return _loaded(folder)[1]


def sync(folder: Path, now: datetime) -> list[Synced]:
    """Bring the folder's insights into the database; one whose file is gone goes too. Raises ContentError."""
    articles, problems = _loaded(folder)
    if problems:
        raise ContentError(problems)
    done = bring("insight", Insight, articles, _columns)
    fresh = {one.slug for one in done if one.change in {"new", "changed"}}
    _link([article for article in articles if article.text.slug in fresh and not article.text.language])
    return done


def _loaded(folder: Path) -> tuple[list[Article], list[Problem]]:
    articles, problems = load(folder, "insights", InsightFront)
    known = interest_slugs(folder)
    for article in filter(lambda article: known and not article.text.language, articles):
        for i, slug in enumerate(article.text.front.interests):
            if slug not in known:
                words = f"nobody can choose the interest {slug}: {near(slug, known, 'see interests.yml')}"
                problems.append(article.text.at(("interests", i), words))
    return articles, problems


def _columns(text: Text) -> dict[str, Any]:
    front: InsightFront = text.front
    return front.model_dump(exclude={"interests"}) | {"source": text.body}


def _link(articles: Sequence[Article]) -> None:
    """Say anew which interests these articles are about."""
    slugs = [article.text.slug for article in articles]
    rows = _ids(Insight, slugs)
    interests = _ids(Interest, [slug for article in articles for slug in article.text.front.interests])
    db.session.execute(delete(InsightInterest).where(InsightInterest.insight_id.in_(rows.values())))
    for article in articles:
        about = {interests[slug] for slug in article.text.front.interests}
        db.session.add_all(InsightInterest(insight_id=rows[article.text.slug], interest_id=id) for id in sorted(about))
    db.session.flush()


def _ids(model: type[Insight] | type[Interest], slugs: Collection[str]) -> dict[str, int]:
    return {row.slug: row.id for row in db.session.execute(select(model.slug, model.id).where(model.slug.in_(slugs)))}
