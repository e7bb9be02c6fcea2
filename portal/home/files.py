"""Pages in `content/pages/`: privacy, accessibility, help, and what the first page says (`front.md`)."""

from datetime import datetime
from pathlib import Path
from typing import Any

from portal.content import NOTHING, ContentError, Desk, Problem, Synced, Text
from portal.home.models import Page
from portal.insights.files import desk as at_desk
from portal.insights.files.articles import PageFront, load
from portal.insights.files.rows import bring


def check(folder: Path, desk: Desk = NOTHING) -> list[Problem]:
    """Every mistake in the pages of a content folder."""
    return load(folder, "pages", PageFront, desk)[1]


def sync(folder: Path, now: datetime) -> list[Synced]:
    """Bring the folder's pages into the database; one whose file is gone goes too. Raises ContentError."""
    articles, problems = load(folder, "pages", PageFront, at_desk())
    if problems:
        raise ContentError(problems)
    return bring("page", Page, articles, _columns)


def _columns(text: Text) -> dict[str, Any]:
    front: PageFront = text.front
    return front.model_dump()
