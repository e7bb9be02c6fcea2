"""`content/segments/*.yml`: the rules by which an issue chooses whom it reaches."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any, TypeAlias

from pydantic import Field

from portal.audience.files import interests, places
from portal.audience.files.entries import Entry, mistakes
from portal.audience.queries.segments import Rule, SegmentError, conditions, parse
from portal.content import SLUG, ContentError, Front, Problem, Synced, files, line_of, near, read_yaml

Known: TypeAlias = Mapping[str, Sequence[Entry]]
"""What can be chosen, by the name of the criterion that asks for it."""


@dataclass(frozen=True, slots=True)
class Segment:
    """A named rule; its slug is the file's name."""

    slug: str
    name: str
    about: str
    rule: Rule


class SegmentFile(Front):
    """The file."""

    name: Annotated[str, Field(min_length=1, max_length=80)]
    about: Annotated[str, Field(min_length=1, max_length=400)]
    rule: Any


def load_segments(content_dir: Path) -> dict[str, Segment]:
    """All segments by slug. Raises ContentError with the mistakes of all files."""
    known: Known = {"interest": interests.entries(content_dir), "place": places.entries(content_dir)}
    found: dict[str, Segment] = {}
    problems: list[Problem] = []
    for path in files(content_dir / "segments", "*.yml"):
        try:
            found[path.stem] = _load(path, known)
        except ContentError as error:
            problems += error.problems
    if problems:
        raise ContentError(problems)
    return found


def check(content_dir: Path) -> list[Problem]:
    """Every mistake in the files."""
    return mistakes(load_segments, content_dir)


def sync(content_dir: Path, now: datetime) -> list[Synced]:
    """Nothing to bring into the database: segments are read from their files when they are used."""
    return []


def _load(path: Path, known: Known) -> Segment:
    if not SLUG.fullmatch(path.stem):
        words = "the file's name is what issues call the segment: use only a-z, 0-9 and - in it"
        raise ContentError([Problem(str(path), 1, words)])
    file = read_yaml(path, SegmentFile)
    try:
        rule = parse(file.rule)
    except SegmentError as error:
        raise ContentError([Problem(str(path), line_of(path, ("rule", *error.path)), str(error))]) from None
    problems = [Problem(str(path), line_of(path, way), words) for way, words in _strangers(rule, known)]
    if problems:
        raise ContentError(problems)
    return Segment(path.stem, file.name, file.about, rule)


def _strangers(rule: Rule, known: Known) -> Iterator[tuple[tuple[str | int, ...], str]]:
    """Values that nobody can have chosen, with the way to each. A file that cannot be read is not held against them."""
    for way, condition in conditions(rule):
        entries = known.get(condition.name, ())
        slugs = {entry.slug for entry in entries}
        for i, value in enumerate(condition.value if entries else ()):
            if value not in slugs:
                mend = _mend(condition.name, value, entries)
                yield ("rule", *way, i), f"there is no {condition.name} {value}: {mend}"


def _mend(kind: str, value: str, entries: Sequence[Entry]) -> str:
    renamed = [entry.slug for entry in entries if value in entry.was]
    if renamed:
        return f"it is called {renamed[0]} now"
    return near(value, [entry.slug for entry in entries], f"see content/{kind}s.yml")
