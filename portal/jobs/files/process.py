"""`content/process/*.yml`: how we choose somebody, step by step, and by when they hear from us after each."""

import hashlib
import re
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, Field, field_validator
from sqlalchemy import select

from portal import content
from portal.content import SLUG, ContentError, Front, Problem, Synced
from portal.db import db
from portal.jobs.files.front import some
from portal.jobs.models import Process

KIND = "process"
LONGEST = 60


def _working_days(value: Any) -> Any:
    found = re.fullmatch(r"(\d{1,3}) working days?", value) if isinstance(value, str) else None
    if not found or not 0 < int(found[1]) <= LONGEST:
        raise ValueError(f"must be working days, up to {LONGEST}, such as 10 working days")
    return int(found[1])


class Stage(Front):
    """One step. `shown_as`: what a candidate calls it; `means`: what happens; `promise`: in how many working days at
    most they hear from us; `prepare`: what helps beforehand."""

    key: Annotated[str, Field(max_length=40)]
    shown_as: Annotated[str, Field(min_length=1, max_length=80)]
    means: Annotated[str, Field(min_length=1, max_length=400)]
    promise: Annotated[int, BeforeValidator(_working_days)]
    prepare: Annotated[str, Field(min_length=1, max_length=400)] | None = None

    @field_validator("key")
    @classmethod
    def _plain(cls, value: str) -> str:
        if not SLUG.fullmatch(value):
            raise ValueError("may have only a-z, 0-9 and single - between them")
        return value


class ProcessFile(Front):
    """The file. `name`: what it is called at the desk."""

    name: Annotated[str, Field(min_length=1, max_length=160)] | None = None
    stages: Annotated[tuple[Stage, ...], AfterValidator(some)]


def check(folder: Path) -> list[Problem]:
    """Every mistake in the processes of a content folder."""
    problems = []
    for path in content.files(folder / "process", "*.yml"):
        try:
            stages = _read(path).stages
        except ContentError as error:
            problems += error.problems
            continue
        for i, stage in enumerate(stages):
            if stage.key in {before.key for before in stages[:i]}:
                line = content.line_of(path, ("stages", i, "key"))
                problems.append(Problem(str(path), line, f"the key {stage.key} stands twice: give one of them another"))
    return problems


def sync(folder: Path, now: datetime) -> list[Synced]:
    """Bring the folder's processes into the database; one whose file is gone goes too. Raises ContentError."""
    rows = {row.slug: row for row in db.session.scalars(select(Process))}
    done = []
    for path in content.files(folder / "process", "*.yml"):
        file, row = _read(path), rows.pop(path.stem, None)
        digest = hashlib.sha256(file.model_dump_json().encode()).digest()
        done.append(Synced(KIND, path.stem, "new" if row is None else "same" if row.digest == digest else "changed"))
        row = row or Process(slug=path.stem)
        row.name, row.digest = file.name or path.stem.replace("-", " ").capitalize(), digest
        row.stages = [stage.model_dump(exclude_none=True) for stage in file.stages]
        db.session.add(row)
    for slug, row in rows.items():
        db.session.delete(row)
        done.append(Synced(KIND, slug, "removed"))
    db.session.flush()
    if any(one.change != "same" for one in done):
        content.touch()
    return done


def _read(path: Path) -> ProcessFile:
    if not SLUG.fullmatch(path.stem) or len(path.stem) > 60:
        words = "the file's name is what openings call it: use only a-z, 0-9 and - in it, at most 60"
        raise ContentError([Problem(str(path), 1, words)])
    return content.read_yaml(path, ProcessFile)
