"""Reading what a company edits in `content/`: YAML and Markdown with front matter, each mistake with its line.

Checked by pydantic; PyYAML's nodes tell on which line a value stands.
"""

import difflib
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, ConfigDict, ValidationError
from sqlalchemy import update
from sqlalchemy.orm import Mapped, mapped_column

from portal.db import Base, db

MAX_FILE = 200_000
SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
Model = TypeVar("Model", bound="Front")


class Front(BaseModel):
    """Base of every front matter and YAML file: unknown keys are errors."""

    model_config = ConfigDict(extra="forbid", frozen=True)


@dataclass(frozen=True, order=True)
class Problem:
    """One mistake in a file: where it is, what it is and how to mend it, in one sentence."""

    file: str
    line: int
    words: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.words}"


class ContentError(Exception):
    """One file that cannot be used, with all its problems."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__("\n".join(map(str, problems)))
        self.problems = problems


@dataclass(frozen=True)
class Text:
    """A Markdown file: its slug (the file's name), checked front matter, body, and the body's first line."""

    slug: str
    front: Any
    body: str
    line: int
    file: str

    def problem(self, line: int, words: str) -> Problem:
        """A problem at a line of the body, counted from 1."""
        return Problem(self.file, self.line + line - 1, words)


@dataclass(frozen=True)
class Synced:
    """What a sync did to one piece: `new`, `changed`, `removed` or `same`."""

    kind: str
    slug: str
    change: str


class ContentStamp(Base):
    """One row whose number grows with every change of what the public pages show: their cache's key."""

    __tablename__ = "content_stamp"

    id: Mapped[int] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column(default=1)


def touch() -> None:
    """Say that public pages may look different from now on."""
    db.session.execute(update(ContentStamp).values(version=ContentStamp.version + 1))


def files(folder: Path, pattern: str) -> list[Path]:
    """The files of a folder in a stable order; none if there is no such folder."""
    return sorted(p for p in folder.glob(pattern) if p.is_file())


def read_yaml(path: Path, model: type[Model]) -> Model:
    """A YAML file checked against its model. Raises ContentError."""
    return _checked(path, _read(path), 1, model)


def read_text(path: Path, model: type[Model]) -> Text:
    """A Markdown file with front matter between `---` lines. Raises ContentError."""
    if not SLUG.fullmatch(path.stem):
        raise _error(path, 1, "the file's name becomes the address: use only a-z, 0-9 and - in it")
    source = _read(path)
    found = re.match(r"---[ \t]*\n(.*?)^---[ \t]*\n", source, re.DOTALL | re.MULTILINE)
    if not found:
        raise _error(path, 1, "the front matter is missing: begin the file with a line ---, the keys, a line ---")
    body = source[found.end() :]
    line = source[: found.end()].count("\n") + 1
    return Text(path.stem, _checked(path, found[1], 2, model), body, line, str(path))


def _error(path: Path, line: int, words: str) -> ContentError:
    return ContentError([Problem(str(path), line, words)])


def _read(path: Path) -> str:
    try:
        if path.stat().st_size > MAX_FILE:
            raise _error(path, 1, f"the file is larger than {MAX_FILE // 1000} KB: split it")
        return path.read_text("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        line = path.read_bytes()[: error.start].count(b"\n") + 1
        raise _error(path, line, "the file is not UTF-8: save it again as UTF-8") from None
    except OSError as error:
        raise _error(path, 1, f"the file cannot be read ({error.strerror}): mend its permissions") from None


def _checked(path: Path, source: str, first: int, model: type[Model]) -> Model:
    try:
        node = yaml.compose(source, Loader=yaml.SafeLoader)
        data = yaml.safe_load(source)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = (mark.line if mark else 0) + first
        problem = getattr(error, "problem", None) or "unreadable"
        raise _error(path, line, f"this is not YAML ({problem}): mend the line, or put its text in quotes") from None
    except (ValueError, RecursionError) as error:
        raise _error(path, first, f"a value cannot be read ({error}): mend it, or put it in quotes") from None
    if not isinstance(data, dict):
        raise _error(path, first, "this must be a list of `key: value` lines")
    try:
        return model.model_validate(data)
    except ValidationError as error:
        problems = [Problem(str(path), _line(node, e["loc"]) + first, _words(e, model)) for e in error.errors()]
        raise ContentError(sorted(set(problems))) from None


def _line(node: Any, loc: tuple[Any, ...]) -> int:
    """The line (from 0) of the deepest part of `loc` that stands in the file."""
    line = int(node.start_mark.line)
    for step in loc:
        if isinstance(node, yaml.MappingNode):
            found = next(((k, v) for k, v in node.value if k.value == str(step)), None)
            if found is None:
                continue
            line, node = found[0].start_mark.line, found[1]
        elif isinstance(node, yaml.SequenceNode) and isinstance(step, int) and step < len(node.value):
            node = node.value[step]
            line = node.start_mark.line
    return line


def _words(error: Any, model: type[Front]) -> str:
    name = ".".join(str(s) for s in error["loc"] if not str(s).startswith(("function-", "tagged-")))
    if error["type"] == "missing":
        return f"`{name}` is missing: add it"
    if error["type"] == "extra_forbidden":
        near = difflib.get_close_matches(str(error["loc"][-1]), list(model.model_fields), 1)
        return f"`{name}` is not a known key: " + (f"did you mean `{near[0]}`?" if near else "remove it")
    words = error["msg"].removeprefix("Value error, ")
    return f"`{name}` {words[0].lower()}{words[1:]}" if name else words
