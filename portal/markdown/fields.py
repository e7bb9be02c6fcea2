"""Merge fields: `[[name]]` or `[[name|fallback]]` in author text, a token in what is rendered.

While a text is parsed a field is FIELD_OPEN + its number + FIELD_CLOSE, so that no character of it is read as Markdown.
Nobody can type a token: `source.clean` takes private-use characters out.
"""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from portal.markdown.source import MarkdownError, clean

FIELD_OPEN, FIELD_CLOSE = "\ue000", "\ue001"

_FIELD = re.compile(r"(?<!\\)\[\[ *([A-Za-z][\w -]{0,60})(?:\|([^\[\]\n]*))?\]\]")
_NUMBERED = re.compile(f"{FIELD_OPEN}([0-9]+){FIELD_CLOSE}")


@dataclass(frozen=True)
class Field:
    """One merge field as written: `raw` is all of it, `fallback` None if there is none, `line` counts from 1."""

    name: str
    fallback: str | None
    line: int
    raw: str

    @property
    def token(self) -> str:
        """What stands in rendered text for it."""
        return FIELD_OPEN + self.name + ("" if self.fallback is None else f"|{self.fallback}") + FIELD_CLOSE


def mask(source: str) -> tuple[str, list[Field]]:
    """The source with a number in place of each field, and the fields in that order."""
    found: list[Field] = []
    line = position = 0

    def number(match: re.Match[str]) -> str:
        nonlocal line, position
        line, position = line + source.count("\n", position, match.start()), match.start()
        found.append(Field(match[1].strip(), match[2], line + 1, match[0]))
        return f"{FIELD_OPEN}{len(found) - 1}{FIELD_CLOSE}"

    return _FIELD.sub(number, source), found


def numbers(text: str) -> list[int]:
    """Which fields stand in a masked text."""
    return [int(number) for number in _NUMBERED.findall(text)]


def as_typed(text: str, fields: Sequence[Field]) -> str:
    """A masked text with its fields as their author typed them, for code."""
    return _NUMBERED.sub(lambda match: fields[int(match[1])].raw, text)


def as_tokens(text: str, fields: Sequence[Field]) -> str:
    """A masked text with the tokens that a message is built from. A fallback stands in it raw, in HTML too."""
    return _NUMBERED.sub(lambda match: fields[int(match[1])].token, text)


def check_known(field: Field, known: Collection[str]) -> None:
    """Raise MarkdownError unless the field is one of the closed list."""
    if field.name not in known:
        names = ", ".join(sorted(known))
        raise MarkdownError(
            f"There is no merge field “{field.name}”; there are: {names}. Put it between ` marks to show it as it is.",
            field.line,
        )


def line(words: str, fields: Collection[str]) -> str:
    """One line that is not Markdown, such as a subject: its words as they are, its merge fields as tokens.

    Raises MarkdownError for a name that is not in `fields`.
    """
    masked, found = mask(" ".join(clean(words).split()))
    for field in found:
        check_known(field, fields)
    return as_tokens(masked, found)
