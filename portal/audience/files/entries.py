"""What interests, places and teams have in common: slugs, renames by `was:`, retiring what is gone from the file.

Members keep what they chose: a renamed entry keeps its row, a retired one too. Where `was:` was forgotten at first, so
that both rows exist, the members of the old one move.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any, TypeAlias

from pydantic import AfterValidator, BeforeValidator, Field
from sqlalchemy import delete, literal, select
from sqlalchemy.orm import InstrumentedAttribute

from portal import content
from portal.audience.actions import eligibility
from portal.audience.models import Interest, Place, Team
from portal.audience.models.eligibility import BITS
from portal.content import SLUG, ContentError, Front, Problem, Synced
from portal.db import changed, db, insert_into
from portal.languages import LANGUAGES

MODELS = {"interest": Interest, "place": Place, "team": Team}
Way: TypeAlias = tuple[str | int, ...]


def _slug(value: str) -> str:
    if not SLUG.fullmatch(value):
        raise ValueError("may have only a-z, 0-9 and single - between them")
    return value


Slug = Annotated[str, Field(max_length=60), AfterValidator(_slug)]
Name = Annotated[str, Field(min_length=1, max_length=80)]
Was = Annotated[tuple[Slug, ...], BeforeValidator(lambda value: [value] if isinstance(value, str) else value)]


class Named(Front):
    """Something with a name, and with others for those who read another language: `de: Messtechnik`."""

    name: Name
    en: Name | None = None
    de: Name | None = None
    pt: Name | None = None

    @property
    def names(self) -> dict[str, str]:
        """The other names by language."""
        return {code: said for code in LANGUAGES if (said := getattr(self, code))}


class Entry(Named):
    """One entry: `slug` is what it is known by, `was` what it was known by before (one, or a list)."""

    slug: Slug
    was: Was = ()


def require_distinct(path: Path, entries: Sequence[tuple[Way, Entry]]) -> None:
    """Raise ContentError for slugs that stand twice, and for renames that cannot be told from new entries.

    `entries`: each with the way to it in the file.
    """
    problems = [Problem(str(path), content.line_of(path, way), words) for way, words in _mistakes(entries)]
    if problems:
        raise ContentError(sorted(problems))


def _mistakes(entries: Sequence[tuple[Way, Entry]]) -> Iterator[tuple[Way, str]]:
    current: set[str] = set()
    for way, entry in entries:
        if entry.slug in current:
            yield (*way, "slug"), f"the slug {entry.slug} stands twice: give one of them another"
        current.add(entry.slug)
    before: dict[str, str] = {}
    for way, entry in entries:
        for old in entry.was:
            if old in current:
                mend = "take it out of `was`, or give that entry another slug"
                yield (*way, "was"), f"`was` names {old}, which is an entry of its own: {mend}"
            elif before.setdefault(old, entry.slug) != entry.slug:
                yield (*way, "was"), f"`was` names {old}, as {before[old]} does: its members can follow only one"


def mistakes(load: Callable[[Path], object], content_dir: Path) -> list[Problem]:
    """What `load` finds wrong."""
    try:
        load(content_dir)
    except ContentError as error:
        return error.problems
    return []


def bring(
    kind: str, choice: InstrumentedAttribute[int], wanted: Iterable[tuple[Entry, Mapping[str, Any]]]
) -> list[Synced]:
    """Make the rows say what the file says. `kind`: one of MODELS; `choice`: the column of its entries in the table of
    what members chose; `wanted`: entries in order, each with its columns besides slug, name and position."""
    model: Any = MODELS[kind]
    rows = {row.slug: row for row in db.session.scalars(select(model))}
    changes = []
    for position, (entry, columns) in enumerate(wanted):
        columns = {
            **columns,
            "slug": entry.slug,
            "name": entry.name,
            "names": entry.names,
            "position": position,
            "retired": False,
        }
        changes.append(Synced(kind, entry.slug, _bring_one(model, choice, rows, entry.was, columns)))
    for gone in rows.keys() - {change.slug for change in changes}:
        if not rows[gone].retired:
            rows[gone].retired = True
            changes.append(Synced(kind, gone, "removed"))
    if model in BITS:
        _give_bits(model, list(rows.values()))
    db.session.flush()
    if any(change.change != "same" for change in changes):
        content.touch()
    return changes


def _give_bits(model: Any, rows: Sequence[Any]) -> None:
    """Each its place in the masks of `Eligibility`, the lowest that is free; it keeps it, also when it is retired.
    Those for whom none is left are asked for in the table of choices."""
    taken = {row.bit for row in rows}
    free = (bit for bit in range(BITS[model]) if bit not in taken)
    waiting = [row for row in rows if row.bit is None]
    given = list(zip(waiting, free, strict=False))
    for row, bit in given:
        row.bit = bit
    if any(row.id for row, _ in given):  # not new: somebody may have chosen it before
        eligibility.refresh(None)


def _bring_one(
    model: Any, choice: InstrumentedAttribute[int], rows: dict[str, Any], was: Sequence[str], columns: Mapping[str, Any]
) -> str:
    slug = columns["slug"]
    old = [known for known in was if known in rows]
    if slug not in rows and old:
        rows[slug] = rows.pop(old.pop(0))
    if slug not in rows:
        rows[slug] = model(**columns)
        db.session.add(rows[slug])
        return "new"
    row = rows[slug]
    changed = any(getattr(row, name) != value for name, value in columns.items())
    for name, value in columns.items():
        setattr(row, name, value)
    moved = [_move_members(choice, rows[known].id, row.id) for known in old]
    return "changed" if changed or any(moved) else "same"


def _move_members(choice: InstrumentedAttribute[int], from_id: int, to_id: int) -> bool:
    """Give the members of one entry to another. Returns whether there were any."""
    table: Any = choice.class_
    columns = {c.key: literal(to_id) if c.key == choice.key else c for c in table.__table__.c}
    rows = select(*columns.values()).where(choice == from_id)
    db.session.execute(insert_into(table).from_select(list(columns), rows).on_conflict_do_nothing())
    if not changed(delete(table).where(choice == from_id)):
        return False
    eligibility.refresh(None)
    return True
