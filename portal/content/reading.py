"""Reading one file. Checked by pydantic; PyYAML's nodes tell on which line a value stands."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, ConfigDict, ValidationError

from portal.config import settings
from portal.content.problems import ContentError, Problem, words
from portal.languages import LANGUAGES

MAX_FILE = 200_000
SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_NAME = re.compile(rf"(?P<slug>{SLUG.pattern})(?:\.(?P<language>[a-z]{{2}}))?")
Model = TypeVar("Model", bound="Front")


class Front(BaseModel):
    """Base of every front matter and YAML file: unknown keys are errors."""

    model_config = ConfigDict(extra="forbid", frozen=True)


@dataclass(frozen=True)
class Text:
    """A Markdown file: its slug (the file's name), checked front matter, body, and the body's first line.

    `language`: of a translation, as in x.de.md; None for what was written first.
    """

    slug: str
    language: str | None
    front: Any
    body: str
    line: int
    file: str
    head: str
    """The front matter as it was written."""

    def problem(self, line: int, words: str) -> Problem:
        """A problem at a line of the body, counted from 1."""
        return Problem(self.file, self.line + line - 1, words)

    def at(self, loc: Sequence[str | int], words: str) -> Problem:
        """A problem with a value of the front matter; `loc` is the keys and indices that lead to it."""
        return Problem(self.file, _line(yaml.compose(self.head, Loader=_Loader), loc) + 2, words)


class _Loader(yaml.SafeLoader):
    """YAML as people expect it: a day stays the text it is until the model reads it (so a wrong one has a line),
    only true and false are that, and a key that stands twice is a mistake."""

    yaml_implicit_resolvers = {  # noqa: RUF012  # the library's name for it
        first: [(tag, pattern) for tag, pattern in resolvers if not tag.endswith((":timestamp", ":bool"))]
        for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
    }

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        """A mapping whose keys differ."""
        seen: set[str] = set()
        for key, _ in node.value:
            name = str(key.value)
            if name in seen:
                raise yaml.MarkedYAMLError(problem=f"`{name}` stands twice", problem_mark=key.start_mark)
            seen.add(name)
        return super().construct_mapping(node, deep)


_Loader.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile("true|false"), list("tf"))


def files(folder: Path, pattern: str) -> list[Path]:
    """The files of a folder in a stable order; none if there is no such folder."""
    return sorted(p for p in folder.glob(pattern) if p.is_file())


def read_yaml(path: Path, model: type[Model]) -> Model:
    """A YAML file checked against its model. Raises ContentError."""
    return _checked(path, _read(path), 1, model)


def language_of(path: Path) -> str | None:
    """The language that a file's name says it is a translation into, as in x.de.md."""
    found = _NAME.fullmatch(path.stem)
    return found["language"] if found else None


def originals(folder: Path, pattern: str) -> list[Path]:
    """The files of a folder that are no translations."""
    return [path for path in files(folder, pattern) if language_of(path) is None]


def read_text(path: Path, model: type[Model]) -> Text:
    """A Markdown file with front matter between `---` lines. Raises ContentError."""
    slug, language = _named(path)
    source = _read(path)
    found = re.match(r"---[ \t]*\n(.*?)^---[ \t]*(\n|\Z)", source, re.DOTALL | re.MULTILINE)
    if not found:
        raise _error(path, 1, "the front matter is missing: begin the file with a line ---, the keys, a line ---")
    body = source[found.end() :]
    line = source[: found.end()].count("\n") + 1
    return Text(slug, language, _checked(path, found[1], 2, model), body, line, str(path), found[1])


def _named(path: Path) -> tuple[str, str | None]:
    """Slug and language out of a file's name. Raises ContentError, also for a translation of nothing."""
    found = _NAME.fullmatch(path.stem)
    if not found:
        raise _error(path, 1, "the file's name becomes the address: use only a-z, 0-9 and - in it")
    slug, language = found["slug"], found["language"]
    if language is None:
        return slug, None
    house, others = settings().language, [code for code in LANGUAGES if code != settings().language]
    if language not in others:
        words = f"{slug}.md is in that language itself" if language == house else f"we speak no “{language}”"
        raise _error(path, 1, f"{words}: a translation is called {slug}.{' or '.join(others)}.md")
    if not path.with_name(f"{slug}.md").is_file():
        raise _error(path, 1, f"there is no {slug}.md that this could be a translation of: write it, or rename this")
    return slug, language


def line_of(path: Path, loc: Sequence[str | int]) -> int:
    """The line (from 1) of the deepest part of `loc` that stands in a YAML file. Raises ContentError."""
    return _line(_composed(path, _read(path), 1), loc) + 1


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
    except FileNotFoundError:
        raise _error(path, 1, "there is no such file: add it") from None
    except OSError as error:
        raise _error(path, 1, f"the file cannot be read ({error.strerror}): mend its permissions") from None


def _checked(path: Path, source: str, first: int, model: type[Model]) -> Model:
    node = _composed(path, source, first)
    data = _constructed(path, source, first)
    if not isinstance(data, dict):
        raise _error(path, first, "this must be a list of `key: value` lines")
    try:
        return model.model_validate(data)
    except ValidationError as error:
        keys = list(model.model_fields)
        problems = {Problem(str(path), _line(node, e["loc"]) + first, words(e, keys)) for e in error.errors()}
        raise ContentError(sorted(problems)) from None


def _composed(path: Path, source: str, first: int) -> Any:
    return _parsed(path, source, first, lambda: yaml.compose(source, Loader=_Loader))


def _constructed(path: Path, source: str, first: int) -> Any:
    return _parsed(path, source, first, lambda: yaml.load(source, Loader=_Loader))  # noqa: S506  # it is a SafeLoader


def _parsed(path: Path, source: str, first: int, parse: Callable[[], Any]) -> Any:
    try:
        return parse()
    except yaml.reader.ReaderError as error:
        line = source[: error.position].count("\n") + first
        words = f"the invisible character U+{ord(source[error.position]):04X} cannot stand here: take it out"
        raise _error(path, line, words) from None
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = (mark.line if mark else 0) + first
        problem = getattr(error, "problem", None) or "unreadable"
        raise _error(path, line, f"this is not YAML ({problem}): mend the line, or put its text in quotes") from None
    except (ValueError, RecursionError) as error:
        raise _error(path, first, f"a value cannot be read ({error}): mend it, or put it in quotes") from None


def _line(node: Any, loc: Sequence[str | int]) -> int:
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
