"""`content/interests.yml`: what members can choose under "What interests you"."""

from datetime import datetime
from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator, Field

from portal.audience.files.entries import Entry, Named, Slug, bring, mistakes, require_distinct
from portal.audience.models import MemberInterest
from portal.content import ContentError, Front, Problem, Synced, line_of, read_yaml

FILE = "interests.yml"


class InterestEntry(Entry):
    """One interest. `esco`: the address of its like in the European classification of skills, for those who map."""

    esco: Annotated[str, Field(max_length=200)] | None = None


def _require_some(value: tuple[InterestEntry, ...]) -> tuple[InterestEntry, ...]:
    # Not by min_length: pydantic would say so of a group whose only interest has a mistake, too.
    if not value:
        raise ValueError("is empty: put an interest in it, or take the group out")
    return value


class Group(Named):
    """Interests that stand together."""

    slug: Slug
    interests: Annotated[tuple[InterestEntry, ...], AfterValidator(_require_some)]


class Interests(Front):
    """The file: two levels."""

    groups: tuple[Group, ...]


def load(content_dir: Path) -> Interests:
    """The file, checked. Raises ContentError."""
    path = content_dir / FILE
    file = read_yaml(path, Interests)
    ways = [("groups", g, "interests", i) for g, group in enumerate(file.groups) for i in range(len(group.interests))]
    require_distinct(path, list(zip(ways, (e for group in file.groups for e in group.interests), strict=True)))
    groups = [group.slug for group in file.groups]
    for g, slug in enumerate(groups):
        if slug in groups[:g]:
            words = f"the group {slug} stands twice: put their interests together, or give one another slug"
            raise ContentError([Problem(str(path), line_of(path, ("groups", g, "slug")), words)])
    return file


def entries(content_dir: Path) -> list[InterestEntry]:
    """What can be chosen; empty if the file cannot be used (`check` says why)."""
    try:
        return [entry for group in load(content_dir).groups for entry in group.interests]
    except ContentError:
        return []


def check(content_dir: Path) -> list[Problem]:
    """Every mistake in the file."""
    return mistakes(load, content_dir)


def sync(content_dir: Path, now: datetime) -> list[Synced]:
    """Bring the file into the database. Raises ContentError."""
    wanted = [
        (entry, {"group_slug": group.slug, "group_name": group.name, "group_names": group.names})
        for group in load(content_dir).groups
        for entry in group.interests
    ]
    return bring("interest", MemberInterest.interest_id, wanted)
