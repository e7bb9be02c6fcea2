"""Insights: what their files say, and what is wrong with it."""

from collections.abc import Collection, Iterable, Sequence
from datetime import date
from pathlib import Path
from typing import Annotated, Any

from pydantic import Field, ValidationInfo, field_validator
from sqlalchemy import delete, literal, select, union_all

from portal.audience.files import interest_slugs
from portal.audience.models import Interest
from portal.content import NOTHING, Desk, Problem, Text, near
from portal.db import db
from portal.insights.files.articles import Article, PageFront, load
from portal.insights.models import Insight, InsightInterest
from portal.writing.models import DESK, Media, Piece

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
    return loaded(folder, desk)[1]


def desk() -> Desk:
    """What of the desk files may name: insights that can be read, newsletters, openings, segments, pictures."""
    living = select(Piece.kind, Piece.slug).filter_by(home=DESK, removed_at=None).subquery()
    found = union_all(
        select(literal("insights"), living.c.slug)
        .join(Insight, Insight.slug == living.c.slug)
        .where(living.c.kind == KIND),
        select(literal("issues"), living.c.slug).where(living.c.kind == "issue"),
        select(literal("jobs"), living.c.slug).where(living.c.kind == "job"),
        select(literal("segments"), living.c.slug).where(living.c.kind == "segment"),
        select(literal("media"), Media.name),
    )
    said: dict[str, set[str]] = {name: set() for name in ("insights", "issues", "jobs", "segments", "media")}
    for kind, name in db.session.execute(found):
        said[kind].add(name)
    return said


def loaded(folder: Path, desk: Desk) -> tuple[list[Article], list[Problem]]:
    """The insights of a content folder that can be read, and every mistake in all of them."""
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
