"""All of the content folder at once: every slice's files, and what no slice reads."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TypeAlias

from flask import current_app

from portal.content.problems import Problem, near
from portal.content.reading import files

NOTES = ("README.md", "LICENSE")
"""What may stand beside the folders, for those who edit them."""
Desk: TypeAlias = Mapping[str, Collection[str]]
"""Slugs of what lives at the desk and in no file, by the folder in which its files would stand."""
NOTHING: Desk = {}


@dataclass(frozen=True)
class Synced:
    """What a sync did to one piece: `new`, `changed`, `removed` or `same`; or nothing, since its home is the `desk`.

    `note`: what else is to be said of it.
    """

    kind: str
    slug: str
    change: str
    note: str = ""


@dataclass(frozen=True)
class Kind:
    """What a slice keeps in the folder: what one is called, where its files are, how to check and load them.

    `sync` brings what changed into the database without committing, and raises ContentError. `linked`: its files name
    other pieces, so that `check` takes what lives at the desk, too. `late`: what time alone made wrong; that is said to
    who asks for a check, and keeps nothing from being brought in.
    """

    name: str
    pattern: str
    check: Callable[..., list[Problem]]
    sync: Callable[[Path, datetime], list[Synced]]
    linked: bool = False
    late: Callable[[Path, datetime], list[Problem]] | None = None


def kinds() -> Sequence[Kind]:
    """Every slice's, lower slices first: what they need of each other is there when they need it."""
    found: Sequence[Kind] = current_app.extensions["content"]
    return found


def check_all(folder: Path, desk: Desk = NOTHING) -> list[Problem]:
    """Every mistake in a content folder, by file and line. Reads files only; who may ask the database says what lives
    at the desk."""
    problems = _strays(folder, [kind.pattern for kind in kinds()])
    for kind in kinds():
        problems += kind.check(folder, desk) if kind.linked else kind.check(folder)
    return sorted(set(problems))


def late_all(folder: Path, now: datetime) -> list[Problem]:
    """What in a folder was right once, and is not any more only because time went by."""
    return sorted({problem for kind in kinds() if kind.late for problem in kind.late(folder, now)})


def sync_all(folder: Path, now: datetime) -> list[Synced]:
    """Bring a folder into the database; the caller checks it before, and commits. Raises ContentError."""
    return [done for kind in kinds() for done in kind.sync(folder, now)]


def _strays(folder: Path, patterns: Sequence[str]) -> list[Problem]:
    """Files that nobody reads: a folder or a name that is misspelt would else be missed without a word."""
    read = {path for pattern in patterns for path in files(folder, pattern)}
    folders = {pattern.split("/")[0] for pattern in patterns if "/" in pattern}
    found: dict[str, str] = {}
    for path in files(folder, "**/*"):
        inside = path.relative_to(folder)
        if path in read or inside.as_posix() in NOTES or any(part.startswith(".") for part in inside.parts):
            continue
        if len(inside.parts) > 1 and inside.parts[0] not in folders:
            otherwise = f"there are {', '.join(sorted(folders))}"
            said = near(inside.parts[0], folders, otherwise)
            found[str(folder / inside.parts[0])] = f"nobody reads the folder {inside.parts[0]}: {said}"
        else:
            known = [p for p in patterns if "/" not in p] if len(inside.parts) == 1 else []
            fitting = [p for p in patterns if p.split("/")[0] == inside.parts[0]] or sorted(patterns)
            otherwise = f"only {', '.join(fitting)} {'is' if len(fitting) == 1 else 'are'}, so rename or move it"
            found[str(path)] = f"this file is not read: {near(inside.name, known, otherwise)}"
    return [Problem(file, 1, words) for file, words in found.items()]
