"""Where pieces have their files in `content/`: published ones in their own folder, what is still being written in
`drafts/`, where nobody but us reads it and no check stops it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from portal import content
from portal.content import SLUG, ContentError, Problem, Synced

FOLDERS = {
    "insight": ("insights", ".md"), "issue": ("issues", ".md"), "job": ("jobs", ".md"), "segment": ("segments", ".yml"),
}  # fmt: skip
DRAFTS = "drafts"


@dataclass(frozen=True, slots=True)
class Found:
    """A file of a piece, in one language ("" for the house's own)."""

    slug: str
    language: str
    path: Path
    draft: bool
    text: str


def name_of(slug: str, language: str) -> str:
    """What a file is called without its ending: x, or x.de."""
    return f"{slug}.{language}" if language else slug


def path_of(folder: Path, kind: str, slug: str, language: str = "", *, draft: bool = False) -> Path:
    """Where a piece's file stands."""
    name, ending = FOLDERS[kind]
    return (folder / DRAFTS if draft else folder) / name / f"{name_of(slug, language)}{ending}"


def paths(folder: Path, kind: str) -> Iterator[tuple[Path, bool]]:
    """A kind's files in a content folder, each with whether it is a draft: the published first."""
    name, ending = FOLDERS[kind]
    for draft in (False, True):
        for path in content.files((folder / DRAFTS if draft else folder) / name, f"*{ending}"):
            yield path, draft


def find(folder: Path, kind: str) -> list[Found]:
    """A kind's files with their texts; of each piece the published file first. Raises ContentError."""
    found = [
        Found(path.stem.partition(".")[0], content.language_of(path) or "", path, draft, content.read_source(path))
        for path, draft in paths(folder, kind)
    ]
    return sorted(found, key=lambda one: (one.slug, one.language, one.draft))


def check(folder: Path) -> list[Problem]:
    """What keeps a draft's words from being brought in; what they say is nobody's business yet."""
    problems = []
    for path in content.files(folder / DRAFTS, "**/*"):
        try:
            words = _misplaced(folder, path)
            empty = not content.read_source(path).strip()
        except ContentError as error:
            problems += error.problems
        else:
            words = words or ("there are no words yet: write them, or remove the file" if empty else None)
            problems += [Problem(str(path), 1, words)] if words else []
    return problems


def sync(folder: Path, now: datetime) -> list[Synced]:
    """Nothing of its own: a draft's words are kept with those of its kind (`actions.homes.record`)."""
    return []


def _misplaced(folder: Path, path: Path) -> str | None:
    inside = path.relative_to(folder / DRAFTS)
    known = dict(FOLDERS.values())
    if len(inside.parts) != 2 or known.get(inside.parts[0]) != inside.suffix:
        there = ", ".join(f"{DRAFTS}/{name}/*{ending}" for name, ending in known.items())
        return f"this file is not read: only {there} are, so rename or move it"
    slug, _, language = path.stem.partition(".")
    if not SLUG.fullmatch(slug) or (language and content.language_of(path) is None):
        return "the file's name becomes the address: use only a-z, 0-9 and - in it"
    first = f"{slug}{inside.suffix}"
    if language and not any((parent / inside.parts[0] / first).is_file() for parent in (folder, folder / DRAFTS)):
        return f"there is no {first} that this could be a translation of: write it, or rename this"
    return None
