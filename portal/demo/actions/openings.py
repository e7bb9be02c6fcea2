"""An opening of the demo's own, so that there is always one that members hear of before everybody."""

from datetime import datetime, timedelta
from pathlib import Path

from portal.demo.actions.staff import seats
from portal.jobs.actions import publishing
from portal.jobs.queries.board import KIND
from portal.writing.actions import versions

_TEXT = Path(__file__).parent.parent / "files" / "statistician-field-data.md"


def publish_one(now: datetime) -> None:
    """Ana wrote it at the desk and publishes it now: members first for three days, open for six weeks. Raises
    ContentError."""
    ana, now = seats()[0], now.replace(second=0, microsecond=0)
    piece = versions.start(KIND, _TEXT.stem, _TEXT.read_text("utf-8"), ana, now)
    publishing.publish(piece, publishing.Plan(now, timedelta(hours=72), now + timedelta(days=42)), ana, now)
