"""What may be read about something, for slices that know nothing of articles: `wiring.py` hands it down."""

from collections.abc import Collection, Sequence
from datetime import date

from portal.insights.queries.articles import newest_about
from portal.insights.queries.translations import said


def readings(interests: Collection[str], day: date, limit: int) -> Sequence[tuple[str, str]]:
    """Titles and paths of the newest articles about any of these interests. At most two statements."""
    return [(piece.title, f"/insights/{piece.slug}") for piece in said(newest_about(day, interests, limit))]
