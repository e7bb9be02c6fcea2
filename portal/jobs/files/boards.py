"""`content/boards.yml`: the boards whose openings are ours. Without the file there is none."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import BeforeValidator, Field, ValidationInfo, field_validator
from sqlalchemy import select

from portal.content import ContentError, Front, Problem, Synced, line_of, near, read_yaml
from portal.db import db
from portal.jobs.actions.syncing import closing
from portal.jobs.files.front import Line, duration
from portal.jobs.models import Board
from portal.jobs.sources import sources

FILE = "boards.yml"
KIND = "board"
Short = Annotated[str, Field(min_length=1, max_length=120)]


class BoardEntry(Front):
    """One board. `name`: as its source knows it; `title`: as we call it. `url`: where its list is, if that is not where
    the source has all of them. `early_access`: for how long members hear of its openings first. `pay_unsaid`: why
    those that name no pay name none. `mode_field`: the field of the employer's own that tells the work mode."""

    source: str
    name: Short
    title: Short
    early_access: Annotated[timedelta, BeforeValidator(duration)] = timedelta()
    pay_unsaid: Line | None = None
    mode_field: Annotated[str, Field(min_length=1, max_length=80)] | None = None
    url: Annotated[str, Field(max_length=500)] | None = Field(default=None, validate_default=True)

    @field_validator("source")
    @classmethod
    def _known(cls, value: str) -> str:
        known = sources()
        if value not in known:
            raise ValueError(f"says “{value}”: {near(value, known, 'it is one of ' + ', '.join(known))}")
        return value

    @field_validator("url")
    @classmethod
    def _address(cls, value: str | None, info: ValidationInfo) -> str | None:
        source = sources().get(info.data.get("source", ""))
        if value is None and source and source.WANTS_URL:
            raise ValueError("is missing: add the address of the career page")
        if value is not None and not _leads_somewhere(value):
            raise ValueError("must be a web address such as https://jobs.example.org/list")
        return value


def _leads_somewhere(url: str) -> bool:
    try:
        parts = urlsplit(url)
        return parts.scheme in {"https", "http"} and bool(parts.hostname) and "@" not in parts.netloc
    except ValueError:
        return False


class Boards(Front):
    """The file."""

    boards: tuple[BoardEntry, ...] = ()


def load(content_dir: Path) -> Boards:
    """The file, checked. Raises ContentError."""
    path = content_dir / FILE
    if not path.exists():
        return Boards()
    file = read_yaml(path, Boards)
    if problems := list(_mistakes(path, file.boards)):
        raise ContentError(problems)
    return file


def _mistakes(path: Path, entries: Sequence[BoardEntry]) -> Iterator[Problem]:
    seen: set[tuple[str, str]] = set()
    for i, entry in enumerate(entries):
        if (entry.source, entry.name) in seen:
            words = f"the board {entry.name} of {entry.source} stands twice: take one out"
            yield Problem(str(path), line_of(path, ("boards", i, "name")), words)
        seen.add((entry.source, entry.name))


def check(content_dir: Path) -> list[Problem]:
    """Every mistake in the file."""
    try:
        load(content_dir)
    except ContentError as error:
        return error.problems
    return []


def sync(content_dir: Path, now: datetime) -> list[Synced]:
    """Bring the file into the database. Raises ContentError."""
    return bring(load(content_dir).boards, now)


def bring(entries: Sequence[BoardEntry], now: datetime) -> list[Synced]:
    """Make these the boards that we ask. One that is among them no more is asked no more; its openings stay until a
    person closes them, or it comes back."""
    rows = {(row.source, row.name): row for row in db.session.scalars(select(Board))}
    done = []
    for entry in entries:
        row = rows.pop((entry.source, entry.name), None)
        said = {
            "title": entry.title, "url": entry.url, "early_hours": int(entry.early_access.total_seconds() // 3600),
            "pay_unsaid": entry.pay_unsaid or "", "mode_field": entry.mode_field, "removed_at": None,
        }  # fmt: skip
        if row is None:
            db.session.add(Board(source=entry.source, name=entry.name, created_at=now, waiting=[], **said))
            done.append(Synced(KIND, entry.name, "new"))
            continue
        same = all(getattr(row, name) == value for name, value in said.items())
        done.append(Synced(KIND, entry.name, "same" if same else "changed"))
        if not same:
            for name, value in {**said, "etag": None, "modified": None}.items():  # so that its answer is read anew
                setattr(row, name, value)
    for row in rows.values():
        if row.removed_at is None:
            row.removed_at = now
            closing.ask(row, closing.standing(row, now), now)
            done.append(Synced(KIND, row.name, "removed"))
    db.session.flush()
    return done
