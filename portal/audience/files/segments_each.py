"""Every segment as it stands, wherever its home is, also one whose words are not right (any more)."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from portal.audience.files.segments import KIND, Known, Segment, parse_segment
from portal.audience.queries import named
from portal.audience.queries.named import Owned
from portal.content import ContentError, Problem, files, read_source
from portal.writing.models import Piece
from portal.writing.queries import homes


@dataclass(frozen=True, slots=True)
class Each:
    """One segment: its text, what it says (None: it cannot be used, `problems` say why), and whose it is. `version_id`:
    of its words at the desk. `piece`: None for a file that was never synced."""

    slug: str
    text: str
    segment: Segment | None
    problems: Sequence[Problem]
    piece: Piece | None
    owner: str
    version_id: int | None = None

    @property
    def name(self) -> str:
        """What it is called; its slug if it cannot be read."""
        return self.segment.name if self.segment else self.slug

    @property
    def at_desk(self) -> bool:
        """Whether it is edited at the desk."""
        return named.at_desk(self.piece)


def each(folder: Path) -> list[Each]:
    """All of them by name."""
    return sorted(_each(folder, named.owned(), None), key=lambda one: (one.name.casefold(), one.slug))


def one(folder: Path, slug: str) -> Each | None:
    """One of them, or None."""
    return next(_each(folder, named.owned(slug), slug), None)


def _each(folder: Path, owned: dict[str, Owned], only: str | None) -> Iterator[Each]:
    piece_id = owned[only].piece.id if only in owned else None
    said = homes.said(KIND, piece_id) if owned else {}
    gone = {slug for slug, has in owned.items() if has.piece.removed_at is not None}
    paths = {path.stem: path for path in files(folder / "segments", "*.yml")}
    for slug in [only] if only else sorted({*owned, *paths}):
        if slug in gone:
            continue
        has = owned.get(slug)
        here = has is not None and named.at_desk(has.piece)
        version = said[has.piece.id].get("") if has and has.piece.id in said else None
        if slug in paths and not here:
            yield _read(slug, read_source(paths[slug]), has, str(paths[slug].relative_to(folder)))
        elif has and version:
            yield _read(slug, version.text, has, f"{slug}.yml", version.id)


def _read(slug: str, text: str, has: Owned | None, file: str, version_id: int | None = None) -> Each:
    piece, owner = (has.piece, has.owner) if has else (None, "")
    known: Known = {}  # what can no longer be chosen is shown as such, and held against nobody
    try:
        return Each(slug, text, parse_segment(text, slug, known, file), (), piece, owner, version_id)
    except ContentError as error:
        return Each(slug, text, None, error.problems, piece, owner, version_id)
