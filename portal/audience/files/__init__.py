"""This slice's files in `content/`: interests, places, segments."""

from datetime import datetime
from pathlib import Path

from portal.audience.files import interests, places, segments
from portal.audience.files.segments import Segment, load_segments
from portal.content import Problem, Synced

__all__ = ["Segment", "check", "interest_slugs", "load_segments", "place_slugs", "sync"]


def interest_slugs(content_dir: Path) -> set[str]:
    """Interests that can be chosen; empty if the file cannot be used (`check` says why)."""
    return {entry.slug for entry in interests.entries(content_dir)}


def place_slugs(content_dir: Path) -> set[str]:
    """Places that can be chosen; empty if the file cannot be used (`check` says why)."""
    return {entry.slug for entry in places.entries(content_dir)}


def check(content_dir: Path) -> list[Problem]:
    """Every mistake in these files."""
    return [*interests.check(content_dir), *places.check(content_dir), *segments.check(content_dir)]


def sync(content_dir: Path, now: datetime) -> list[Synced]:
    """Bring interests and places into the database; segments are read from their files. Raises ContentError."""
    return [*interests.sync(content_dir, now), *places.sync(content_dir, now)]
