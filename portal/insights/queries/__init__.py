"""What may be asked of this slice."""

from portal.insights.queries.articles import (
    by_slug,
    feed,
    interests,
    interests_of,
    newest,
    newest_about,
    page,
    related,
)
from portal.insights.queries.translations import Said, said, said_whole

__all__ = [
    "Said", "by_slug", "feed", "interests", "interests_of", "newest", "newest_about", "page", "related", "said",
    "said_whole",
]  # fmt: skip
