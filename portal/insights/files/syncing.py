"""Insights come into the database: those of files as their files say, those of the desk as they were published."""

from datetime import datetime
from pathlib import Path

from portal.content import ContentError, Synced
from portal.insights.files.insights import KIND, columns, desk, link, loaded
from portal.insights.files.rows import bring
from portal.insights.files.settling import anew
from portal.insights.models import Insight
from portal.writing.actions import homes
from portal.writing.queries.homes import at_desk


def sync(folder: Path, now: datetime) -> list[Synced]:
    """Bring the folder's insights into the database; one whose file is gone goes too. Those of the desk say what they
    said, with links to where our pages are now. Raises ContentError."""
    articles, problems = loaded(folder, desk())
    if problems:
        raise ContentError(problems)
    kept, elsewhere = homes.record(folder, KIND, now), at_desk(KIND)
    own = [article for article in articles if article.text.slug not in elsewhere]
    done = bring(KIND, Insight, own, columns, elsewhere)
    fresh = {one.slug for one in done if one.change in {"new", "changed"}}
    link([article for article in own if article.text.slug in fresh and not article.text.language])
    return homes.merged([*done, *anew()], kept)
