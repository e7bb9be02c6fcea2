"""`::: for interest=data-engineering` … `:::` and `::: insights`: who reads which part of an issue."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from portal.markdown.source import MarkdownError, clean, spans

FENCES = {"for": True, "insights": False}
"""The words after `:::`, and whether a body and a closing `:::` follow."""

ARGUMENTS = {"for": ("interest", "work_mode"), "insights": ()}
"""What each word may say more: `key=value[,value]`. A word with keys needs at least one."""

_LINE = re.compile(r" {0,3}:::(?P<extra>:*)(?P<rest>.*)")
_ARGUMENT = re.compile(r"([\w-]+)=([\w.-]+(?:,[\w.-]+)*)")


@dataclass(frozen=True)
class Block:
    """A part of a source. `kind` is "text" or the fence's word; line 1 of `source` is line `line` of the whole."""

    kind: str
    args: Mapping[str, str]
    source: str
    line: int


@dataclass
class _Open:
    kind: str
    args: dict[str, str]
    line: int
    lines: list[str] = field(default_factory=list)

    def block(self) -> Block:
        blank = next((i for i, line in enumerate(self.lines) if line.strip()), len(self.lines))
        source = "\n".join(self.lines[blank:]).rstrip()
        return Block(self.kind, MappingProxyType(self.args), source, self.line + (blank if source else 0))


def split(source: str) -> list[Block]:
    """The source in its parts, in order, without empty text. Notes and link definitions count in their own part only.

    Raises MarkdownError with the line of a fence that is unknown, misspelt, inside another, or not closed.
    """
    lines = clean(source).split("\n")
    blocks: list[Block] = []
    open_ = _Open("text", {}, 1)

    def close(following: _Open) -> None:
        nonlocal open_
        if open_.kind != "text" or any(line.strip() for line in open_.lines):
            blocks.append(open_.block())
        open_ = following

    for kind, first, end in spans(lines):
        fence = _LINE.match(lines[first]) if kind == "line" else None
        if not fence:
            open_.lines += lines[first:end]
            continue
        number = first + 1
        if fence["extra"] or fence["rest"].strip():
            word, args = _opening(fence, number)
            if open_.kind != "text":
                raise MarkdownError(f"“::: {word}” stands inside “::: {open_.kind}”: close that first.", number)
            close(_Open(word, args, number + 1 if FENCES[word] else number))
            if not FENCES[word]:
                close(_Open("text", {}, number + 1))
        elif open_.kind != "text":
            close(_Open("text", {}, number + 1))
        elif open_.lines or not blocks or FENCES[blocks[-1].kind]:
            raise MarkdownError("This ::: closes nothing: take it out, or write “::: for …” above.", number)
    if open_.kind != "text":
        raise MarkdownError(f"“::: {open_.kind}” is never closed: end it with a line that is just :::", open_.line - 1)
    close(_Open("text", {}, len(lines)))
    return blocks


def _opening(fence: re.Match[str], line: int) -> tuple[str, dict[str, str]]:
    """The word and the arguments of an opening fence."""
    words = re.sub(r"\s*([=,])\s*", r"\1", fence["rest"].strip()).split()
    if fence["extra"] or not words or words[0] not in FENCES:
        shown = (":::" + fence["extra"] + fence["rest"]).strip()
        known = " or ".join(f"“::: {word}”" for word in FENCES)
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
    return "write " + " or ".join(f"{key}=…, once each" for key in ARGUMENTS[word]).replace(", once each", "", 1)
