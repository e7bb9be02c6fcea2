"""An insight as it would be read, from words that may not be whole."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import select

from portal.audience.models import Interest
from portal.db import db
from portal.insights.models import Insight, Translation
from portal.insights.queries.translations import Said
from portal.languages import gettext as _
from portal.writing.queries.source import Source


def preview(source: Source, whole: Source, html: str, day: date) -> tuple[Said, Sequence[Interest]]:
    """What the page of an insight is made of: its words from `source`, and what its languages share from `whole`, the
    text in the house's own. A row that is in no database. `day`: on which it is published where nothing is said."""
    front = whole.front
    insight = Insight(
        slug=source.slug, title=_said(front, "title") or _("Untitled"), summary=_said(front, "summary"),
        author=_said(front, "author"), published=_day(front.get("published")) or day,
        updated=_day(front.get("updated")),
        members_only=front.get("members_only") is True, source=whole.body, html=html,
    )  # fmt: skip
    words = None
    if source.language:
        words = Translation(
            language=source.language, title=_said(source.front, "title") or insight.title,
            summary=_said(source.front, "summary") or insight.summary, html=html,
        )  # fmt: skip
    slugs = [str(slug) for slug in front.get("interests") or ()]
    about = db.session.scalars(select(Interest).where(Interest.slug.in_(slugs)).order_by(Interest.position))
    return Said(insight, words), about.all()


def _said(front: Any, key: str) -> str:
    return str(front.get(key) or "")


def _day(value: object) -> date | None:
    try:
        return date.fromisoformat(str(value))
    except ValueError:
        return None
