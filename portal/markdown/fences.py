"""`::: for interest=data-engineering` … `:::`, `::: insights`, `::: jobs` and `::: replies`: who reads which part of an
issue."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from portal.markdown.source import MarkdownError, checked, spans

FENCES = {"for": True, "insights": False, "jobs": False, "replies": False}
"""The words after `:::`, and whether a body and a closing `:::` follow."""

ARGUMENTS = {"for": ("interest", "work_mode"), "insights": (), "jobs": (), "replies": ()}
"""What each word may say more: `key=value[,value]`. A word with keys needs at least one."""

ONCE = {"jobs", "replies"}
"""What makes sense once in a text and no more."""

_LINE = re.compile(r" {0,3}:::(?P<extra>:*)(?P<rest>.*)")
_ARGUMENT = re.compile(r"([\w-]+)=([\w.-]+(?:,[\w.-]+)*)")


@dataclass(frozen=True)
class Block:
    """A part of a source. `kind` is "text" or the fence's word; line 1 of `source` is line `line` of the whole."""

    kind: str
    args: Mapping[str, str]
    source: str
    line: int


def split(source: str) -> list[Block]:
    """The source in its parts, in order, without empty text. Notes and link definitions count in their own part only.

    Raises MarkdownError with the line of a fence that is unknown, misspelt, inside another, there again, or not closed.
    """
    lines = checked(source).split("\n")
    cut = _Cut()
    for kind, first, end in spans(lines):
        fence = _LINE.match(lines[first]) if kind == "line" else None
        if not fence:
            cut.lines += lines[first:end]
        elif fence["extra"] or fence["rest"].strip():
            cut.open(fence, first + 1)
        else:
            cut.close(first + 1)
    return cut.finish()


class _Cut:
    """The blocks so far, and the one whose lines are being read."""

    def __init__(self) -> None:
        self.blocks: list[Block] = []
        self._begin("text", {}, 1)

    def _begin(self, kind: str, args: dict[str, str], line: int) -> None:
        self.kind, self.args, self.line = kind, args, line
        self.lines: list[str] = []

    def _end(self) -> None:
        blank = next((at for at, line in enumerate(self.lines) if line.strip()), None)
        if blank is not None or self.kind != "text":
            source = "\n".join(self.lines[blank or 0 :]).rstrip()
            self.blocks.append(Block(self.kind, MappingProxyType(self.args), source, self.line + (blank or 0)))

    def open(self, fence: re.Match[str], line: int) -> None:
        word, args = _opening(fence, line)
        if self.kind != "text":
            raise MarkdownError(f"“::: {word}” stands inside “::: {self.kind}”: close that first.", line)
        self._end()
        if word in ONCE and any(block.kind == word for block in self.blocks):
            raise MarkdownError(f"“::: {word}” stands here a second time: once is enough, take one of them out.", line)
        self._begin(word, args, line + 1 if FENCES[word] else line)
        if not FENCES[word]:
            self._end()
            self._begin("text", {}, line + 1)

    def close(self, line: int) -> None:
        if self.kind != "text":
            self._end()
            self._begin("text", {}, line + 1)
        elif self.lines or not self.blocks or FENCES[self.blocks[-1].kind]:
            raise MarkdownError("This ::: closes nothing: take it out, or write “::: for …” above.", line)
        else:
            self.lines.append("")  # the one ::: that may stand below a fence without a body

    def finish(self) -> list[Block]:
        if self.kind != "text":
            raise MarkdownError(
                f"“::: {self.kind}” is never closed: end it with a line that is just :::", self.line - 1
            )
        self._end()
        return self.blocks


def _opening(fence: re.Match[str], line: int) -> tuple[str, dict[str, str]]:
    """The word and the arguments of an opening fence."""
    words = re.sub(r"\s*([=,])\s*", r"\1", fence["rest"].strip()).split()
    if fence["extra"] or not words or words[0] not in FENCES:
        shown = (":::" + fence["extra"] + fence["rest"]).strip()
        *most, last = (f"“::: {word}”" for word in FENCES)
        known = f"{', '.join(most)} or {last}"
        raise MarkdownError(f"“{shown[:60]}” is no part that we know: write {known}.", line)
    word, args = words[0], {}
    for argument in words[1:]:
        match = _ARGUMENT.fullmatch(argument)
        if not match or match[1] not in ARGUMENTS[word] or match[1] in args:
            raise MarkdownError(f"“{argument[:60]}” is not understood after “::: {word}”: {_usage(word)}.", line)
        args[match[1]] = match[2]
    if ARGUMENTS[word] and not args:
        raise MarkdownError(f"“::: {word}” does not say for whom: {_usage(word)}.", line)
    return word, args


def _usage(word: str) -> str:
    if not ARGUMENTS[word]:
        return "it stands alone"
    return "write " + " or ".join(f"{key}=…" for key in ARGUMENTS[word])
