"""The one place that reads the time. Everything else is handed `now`."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from portal.config import settings


def _file() -> Path:
    return settings().var_dir / "clock"


def now() -> datetime:
    """The time, aware, in UTC. In the demo it can be moved ahead (`/dev/clock`)."""
    return datetime.now(UTC) + shift()


def shift() -> timedelta:
    """How far the demo's clock is ahead: in a file, because web and worker are two processes."""
    if not settings().demo or not _file().is_file():
        return timedelta()
    return timedelta(seconds=int(_file().read_text() or 0))


def move(by: timedelta) -> None:
    """Move the demo's clock ahead. Raises ValueError outside the demo and for a step back."""
    if not settings().demo:
        raise ValueError("Only a demo's clock can be moved.")
    if by < timedelta():
        raise ValueError("The clock only moves ahead: start over with `portal demo --fresh` instead.")
    _file().write_text(str(int((shift() + by).total_seconds())))
