"""This slice's files in `content/`: interests, places, teams, segments."""

from datetime import datetime
from pathlib import Path

from portal.audience.files import interests, places, segments, teams
from portal.audience.files.segments import Segment, all_segments, load_segments
from portal.content import Problem, Synced

__all__ = ["Segment", "all_segments", "check", "interest_slugs", "load_segments", "place_slugs", "sync"]


def interest_slugs(content_dir: Path) -> set[str]:
    """Interests that can be chosen; empty if the file cannot be used (`check` says why)."""
    return {entry.slug for entry in interests.entries(content_dir)}


def place_slugs(content_dir: Path) -> set[str]:
    """Places that can be chosen; empty if the file cannot be used (`check` says why)."""
    return {entry.slug for entry in places.entries(content_dir)}


def check(content_dir: Path) -> list[Problem]:
    """Every mistake in these files."""
    return [problem for part in (interests, places, teams, segments) for problem in part.check(content_dir)]


def sync(content_dir: Path, now: datetime) -> list[Synced]:
    """Bring them into the database, in the order in which they need each other. Raises ContentError."""
    return [done for part in (interests, places, teams, segments) for done in part.sync(content_dir, now)]
