"""Segments at the desk: begun, changed, deleted. Their words are the text of their file, kept as versions."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from portal.audience.queries.named import slugs
from portal.audience.queries.segments import Rule, dump
from portal.config import settings
from portal.content import compose_yaml, files
from portal.staff.actions.audit import note
from portal.staff.models import Recruiter
from portal.writing.actions import versions
from portal.writing.actions.versions import Saved
from portal.writing.models import Piece
from portal.writing.queries import slug_of as address_of

KIND = "segment"
LONGEST = 60
"""Characters of a slug: as many as a campaign keeps."""
RESERVED = ("new",)
"""Addresses beside those of the segments."""


def text(name: str, about: str, rule: Rule) -> str:
    """A segment as the text of its file, the same bytes whenever it says the same."""
    values: dict[str, Any] = {"name": name, "about": about, "rule": dump(rule)}
    return compose_yaml(values)


def create(name: str, source: str, by: Recruiter, now: datetime) -> Piece:
    """Begin a segment whose text is `source`, owned by `by`, under a slug made of its name that nothing has or had.
    Raises `versions.TakenError` if somebody took it in the same moment."""
    stems = {path.stem for path in files(settings().content_dir / "segments", "*.yml")}
    piece = versions.start(KIND, slug_of(name, {*slugs(), *stems, *RESERVED}), source, by, now)
    note(by, "segment.create", KIND, piece.slug, now)
    return piece


def save(piece: Piece, source: str, by: Recruiter, now: datetime, base_id: int | None) -> Saved:
    """Make `source` what a segment says, if `base_id` still is the version that it says; else it is kept beside."""
    saved = versions.save(piece, source, by, now, base_id=base_id)
    if saved.won and saved.version.id != base_id:
        note(by, "segment.change", KIND, piece.slug, now, version=saved.version.number)
    return saved


def delete(piece: Piece, by: Recruiter, now: datetime) -> None:
    """Take a segment away. Its versions stay, and its slug is not given to another."""
    if piece.removed_at is None:
        piece.removed_at = now
        note(by, "segment.delete", KIND, piece.slug, now)


def slug_of(name: str, taken: Collection[str]) -> str:
    """An address out of a name: "Über 5 Jahre" becomes ueber-5-jahre, and ueber-5-jahre-2 where that is taken."""
    slug = address_of(name)[:LONGEST].strip("-")
    found, number = slug, 2
    while found in taken:
        end = f"-{number}"
        found, number = slug[: LONGEST - len(end)].strip("-") + end, number + 1
    return found
