"""`content/segments/*.yml`: the rules by which an issue chooses whom it reaches."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any, TypeAlias

from pydantic import Field
from sqlalchemy import select

from portal.audience.files import interests, places
from portal.audience.files.entries import Entry, mistakes
from portal.audience.queries.segments import Rule, SegmentError, conditions, parse
from portal.content import SLUG, ContentError, Front, Problem, Synced, files, line_in, near, parse_yaml, read_source
from portal.db import db
from portal.writing.actions.homes import record
from portal.writing.models import DESK, Piece
from portal.writing.queries import homes

KIND = "segment"
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


def load_segments(content_dir: Path, leave: Collection[str] = ()) -> dict[str, Segment]:
    """All segments of files by slug, but those to `leave`. Raises ContentError with the mistakes of all files."""
    known = known_values(content_dir)
    found: dict[str, Segment] = {}
    problems: list[Problem] = []
    for path in files(content_dir / "segments", "*.yml"):
        try:
            if path.stem not in leave:
                found[path.stem] = _load(path, known)
        except ContentError as error:
            problems += error.problems
    if problems:
        raise ContentError(problems)
    return found


def all_segments(content_dir: Path) -> dict[str, Segment]:
    """Those of files and those of the desk, each once, by its home. Raises ContentError with the mistakes of all
    files; one of the desk whose words are not right yet can't be chosen."""
    found = load_segments(content_dir, homes.at_desk(KIND))
    known, said = known_values(content_dir), homes.said(KIND)
    for piece in db.session.scalars(select(Piece).filter_by(kind=KIND, home=DESK, removed_at=None)):
        version = said[piece.id].get("")
        try:
            if version is not None:
                found[piece.slug] = parse_segment(version.text, piece.slug, known)
        except ContentError:
            continue
    return dict(sorted(found.items()))


def check(content_dir: Path) -> list[Problem]:
    """Every mistake in the files."""
    return mistakes(load_segments, content_dir)


def sync(content_dir: Path, now: datetime) -> list[Synced]:
    """Keep what the files say as versions. They are read where they live whenever they are used."""
    return record(content_dir, KIND, now)


def parse_segment(source: str, slug: str, known: Known, file: str | None = None) -> Segment:
    """A segment out of its words. Raises ContentError, whose problems call them `file` (else "slug.yml")."""
    file = file or f"{slug}.yml"
    said = parse_yaml(source, SegmentFile, file=file)
    try:
        rule = parse(said.rule)
    except SegmentError as error:
        line = line_in(source, ("rule", *error.path), file=file)
        raise ContentError([Problem(file, line, str(error))]) from None
    strangers = list(_strangers(rule, known))
    if strangers:
        raise ContentError([Problem(file, line_in(source, way, file=file), words) for way, words in strangers])
    return Segment(slug, said.name, said.about, rule)


def known_values(content_dir: Path) -> Known:
    """What can be chosen. A file that cannot be read is held against nobody."""
    return {"interest": interests.entries(content_dir), "place": places.entries(content_dir)}


def _load(path: Path, known: Known) -> Segment:
    if not SLUG.fullmatch(path.stem):
        words = "the file's name is what issues call the segment: use only a-z, 0-9 and - in it"
        raise ContentError([Problem(str(path), 1, words)])
    return parse_segment(read_source(path), path.stem, known, str(path))


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
