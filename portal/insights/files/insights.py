"""Insights: read from their files, checked, brought into the database."""

from collections.abc import Collection, Iterable, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Annotated, Any

from pydantic import Field, ValidationInfo, field_validator
from sqlalchemy import delete, select

from portal.audience.files import interest_slugs
from portal.audience.models import Interest
from portal.content import NOTHING, ContentError, Desk, Problem, Synced, Text, near
from portal.db import db
from portal.insights.files.articles import Article, PageFront, load
from portal.insights.files.rows import bring
from portal.insights.models import Insight, InsightInterest
from portal.writing.actions import homes
from portal.writing.models import Media
from portal.writing.queries.homes import at_desk, living_at_desk

KIND = "insight"


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


def check(folder: Path, desk: Desk = NOTHING) -> list[Problem]:
    """Every mistake in the insights of a content folder."""
    return _loaded(folder, desk)[1]


def desk() -> Desk:
    """What lives at the desk and files may name: insights that can be read, newsletters, segments; and pictures."""
    public = set(db.session.scalars(select(Insight.slug)))
    return {
        "insights": living_at_desk(KIND) & public,
        "issues": living_at_desk("issue"),
        "segments": living_at_desk("segment"),
        "media": set(db.session.scalars(select(Media.name))),
    }


def sync(folder: Path, now: datetime) -> list[Synced]:
    """Bring the folder's insights into the database; one whose file is gone goes too. Those of the desk stay as they
    are. Raises ContentError."""
    articles, problems = _loaded(folder, desk())
    if problems:
        raise ContentError(problems)
    kept, elsewhere = homes.record(folder, KIND, now), at_desk(KIND)
    own = [article for article in articles if article.text.slug not in elsewhere]
    done = bring(KIND, Insight, own, columns, elsewhere)
    fresh = {one.slug for one in done if one.change in {"new", "changed"}}
    link([article for article in own if article.text.slug in fresh and not article.text.language])
    return homes.merged(done, kept)


def _loaded(folder: Path, desk: Desk) -> tuple[list[Article], list[Problem]]:
    articles, problems = load(folder, "insights", InsightFront, desk)
    known = interest_slugs(folder)
    if known:  # else whoever checks that file says what is wrong
        problems += [wrong for article in articles for wrong in unknown(article.text, known)]
    return articles, problems


def unknown(text: Text, known: Collection[str]) -> Iterable[Problem]:
    """Interests of an article that nobody can choose."""
    for i, slug in enumerate(() if text.language else text.front.interests):
        if slug not in known:
            words = f"nobody can choose the interest {slug}: {near(slug, known, 'see interests.yml')}"
            yield text.at(("interests", i), words)


def columns(text: Text) -> dict[str, Any]:
    """What an article's row says besides its slug and its page."""
    front: InsightFront = text.front
    return front.model_dump(exclude={"interests"}) | {"source": text.body}


def link(articles: Sequence[Article]) -> None:
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
