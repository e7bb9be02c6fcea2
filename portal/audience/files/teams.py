"""`content/teams.yml`: the employer's teams, which a member may rule out or stay hidden from.

Without the file nobody is asked about teams.
"""

from datetime import datetime
from pathlib import Path

from portal.audience.files.entries import Entry, bring, mistakes, require_distinct
from portal.audience.models import MemberTeam
from portal.content import Front, Problem, Synced, read_yaml

FILE = "teams.yml"


class Teams(Front):
    """The file."""

    teams: tuple[Entry, ...] = ()


def load(content_dir: Path) -> Teams:
    """The file, checked. Raises ContentError."""
    path = content_dir / FILE
    if not path.exists():
        return Teams()
    file = read_yaml(path, Teams)
    require_distinct(path, [(("teams", i), entry) for i, entry in enumerate(file.teams)])
    return file


def check(content_dir: Path) -> list[Problem]:
    """Every mistake in the file."""
    return mistakes(load, content_dir)


def sync(content_dir: Path, now: datetime) -> list[Synced]:
    """Bring the file into the database. Raises ContentError."""
    return bring("team", MemberTeam.team_id, [(entry, {}) for entry in load(content_dir).teams])
