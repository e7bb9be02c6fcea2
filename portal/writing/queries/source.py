"""A piece's text as the editor shows it: what its front matter says, as far as it can be read, and its Markdown."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from pydantic import ConfigDict

from portal.content import ContentError, Front, Problem, Text, parse_text

WORDS_A_MINUTE = 220


class _Draft(Front):
    """Whatever a front matter says: a draft may say nothing yet, or something wrong."""

    model_config = ConfigDict(extra="allow", frozen=True)


@dataclass(frozen=True)
class Source:
    """A text in its parts. `body`: the Markdown, without empty lines around it; `first`: the line of the text on which
    it begins. `broken`: why the front matter cannot be read, and then all of the text is `body`.

    `language`: "" for the house's own.
    """

    slug: str
    language: str
    text: str
    body: str
    first: int = 1
    front: Mapping[str, Any] = field(default_factory=dict)
    head: str = ""
    broken: tuple[Problem, ...] = ()

    @property
    def title(self) -> str:
        """What it is called; the slug where it says nothing yet."""
        return str(self.front.get("title") or self.front.get("subject") or self.slug)

    @property
    def words(self) -> int:
        """How many words there are to read."""
        return len(self.body.split())

    @property
    def minutes(self) -> int:
        """About how long reading it takes."""
        return max(1, round(self.words / WORDS_A_MINUTE))

    def as_text(self) -> Text:
        """The same for what checks the texts of files. Its lines count from the beginning of the body, as in the
        editor."""
        return Text(self.slug, self.language or None, self.front, self.body, 1, "", self.head)

    def line(self, line: int) -> int | None:
        """A line of the whole text as one of the body, from 1; None for one of the front matter."""
        return line - self.first + 1 if line >= self.first else None

    def key(self, line: int) -> str | None:
        """The key of the front matter that stands on a line of the whole text, if one does."""
        lines = self.text.split("\n")
        if line >= self.first or not 1 <= line <= len(lines):
            return None
        name = lines[line - 1].partition(":")[0].strip()
        return name if name in self.front else None


def read(text: str, slug: str = "", language: str = "") -> Source:
    """A text in its parts, whatever it says."""
    try:
        found = parse_text(text, _Draft, slug=slug, language=language or None)
    except ContentError as error:
        return Source(slug, language, text, text, broken=tuple(error.problems))
    empty = len(found.body) - len(found.body.lstrip("\n"))
    front = found.front.model_dump()
    return Source(slug, language, text, found.body.strip("\n"), found.line + empty, front, found.head)
