"""Content as text, wherever it comes from: a file, or the desk. Checked by pydantic; PyYAML's nodes tell on which line
a value stands. Every name that begins with `file` is what problems call the text."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, ConfigDict, ValidationError

from portal.content.problems import ContentError, Problem, words

MAX_FILE = 200_000
SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
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
        return Problem(self.file, _line(yaml.compose(self.head, Loader=Loader), loc) + 2, words)


class Loader(yaml.SafeLoader):
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


Loader.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile("true|false"), list("tf"))


def tidy(source: str) -> str:
    """A text as we keep it: lines end with \\n, and no mark of its encoding stands before it."""
    return source.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")


def parse_text(source: str, model: type[Model], *, slug: str, language: str | None = None, file: str = "") -> Text:
    """Markdown with front matter between `---` lines. `language`: of a translation. Raises ContentError, whose
    problems call the text `file`."""
    source = fitting(source, file)
    found = re.match(r"---[ \t]*\n(.*?)^---[ \t]*(\n|\Z)", source, re.DOTALL | re.MULTILINE)
    if not found:
        raise error(file, 1, "the front matter is missing: begin the file with a line ---, the keys, a line ---")
    body = source[found.end() :]
    line = source[: found.end()].count("\n") + 1
    return Text(slug, language, _checked(file, found[1], 2, model), body, line, file, found[1])


def parse_yaml(source: str, model: type[Model], *, file: str = "") -> Model:
    """YAML checked against its model. Raises ContentError, whose problems call the text `file`."""
    return _checked(file, fitting(source, file), 1, model)


def line_in(source: str, loc: Sequence[str | int], *, file: str = "") -> int:
    """The line (from 1) of the deepest part of `loc` that stands in a YAML text. Raises ContentError."""
    return _line(_composed(file, fitting(source, file), 1), loc) + 1


def error(file: str, line: int, words: str) -> ContentError:
    """The one thing that is wrong with a text."""
    return ContentError([Problem(file, line, words)])


def too_large(file: str) -> ContentError:
    """What is wrong with more than MAX_FILE bytes."""
    return error(file, 1, f"the file is larger than {MAX_FILE // 1000} KB: split it")


def fitting(source: str, file: str) -> str:
    """A text that can be kept, tidy. Raises ContentError for one that is too large or holds what no database takes."""
    if len(source) > MAX_FILE or len(source.encode("utf-8", "surrogatepass")) > MAX_FILE:
        raise too_large(file)
    if "\0" in source:
        raise _invisible(file, source.count("\n", 0, source.index("\0")) + 1, "\0")
    return tidy(source)


def _invisible(file: str, line: int, character: str) -> ContentError:
    return error(file, line, f"the invisible character U+{ord(character):04X} cannot stand here: take it out")


def _checked(file: str, source: str, first: int, model: type[Model]) -> Model:
    node, data = _parsed(file, source, first, lambda: _read(source))
    if not isinstance(data, dict):
        raise error(file, first, "this must be a list of `key: value` lines")
    try:
        return model.model_validate(data)
    except ValidationError as invalid:
        keys = list(model.model_fields)
        problems = {Problem(file, _line(node, e["loc"]) + first, words(e, keys)) for e in invalid.errors()}
        raise ContentError(sorted(problems)) from None


def _composed(file: str, source: str, first: int) -> Any:
    return _parsed(file, source, first, lambda: yaml.compose(source, Loader=Loader))


def _read(source: str) -> tuple[Any, Any]:
    """YAML as nodes, which know their lines, and as values. Read once for both: that takes long."""
    loader = Loader(source)
    try:
        node = loader.get_single_node()
        return node, None if node is None else loader.construct_document(node)
    finally:
        loader.dispose()


def _parsed(file: str, source: str, first: int, parse: Callable[[], Any]) -> Any:
    try:
        return parse()
    except yaml.reader.ReaderError as strange:
        line = source[: strange.position].count("\n") + first
        raise _invisible(file, line, source[strange.position]) from None
    except yaml.YAMLError as broken:
        mark = getattr(broken, "problem_mark", None)
        line = (mark.line if mark else 0) + first
        problem = getattr(broken, "problem", None) or "unreadable"
        raise error(file, line, f"this is not YAML ({problem}): mend the line, or put its text in quotes") from None
    except (ValueError, RecursionError) as broken:
        raise error(file, first, f"a value cannot be read ({broken}): mend it, or put it in quotes") from None


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
