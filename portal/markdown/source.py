"""Author text before it is parsed: its size, its characters, and which of its lines are code or comments."""

import re
from collections.abc import Iterator
from math import ceil, inf
from typing import Literal

MAX_SOURCE = 100_000
"""Bytes of UTF-8 in one text."""

MAX_DEPTH = 20
"""Quotes, lists, emphasis and brackets inside each other."""

Span = tuple[Literal["line", "code", "comment"], int, int]

# NUL and the other C0 controls, DEL, lone surrogates, the private-use characters we make our tokens of, and the two
# that are no characters, for which a reader of XML (a feed) stops.
_FORBIDDEN = re.compile("[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff\ue000-\uf8ff\ufffe\uffff]")
_FENCE = re.compile(r"( *)(`{3,}(?=[^`]*$)|~{3,})")
_ITEM = re.compile(r" *(?:[-*+]|\d{1,9}[.)]) ")
_TOO_DEEP = re.compile(rf"(?: {{0,3}}(?:>|(?:[-*+]|\d{{1,9}}\.) )){{{MAX_DEPTH + 1}}}")


class MarkdownError(ValueError):
    """`message` is one sentence that says what is wrong and what to do; `line` counts from 1 in the given source."""

    def __init__(self, message: str, line: int | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.line = line


def clean(source: str) -> str:
    """The text with `\\n` for every line end and without the characters that nobody may write."""
    return _FORBIDDEN.sub("", source.replace("\r\n", "\n").replace("\r", "\n")).removeprefix("\ufeff")


def checked(source: str) -> str:
    """The clean text. Raises MarkdownError when it is too long or nested too deeply to be parsed."""
    size = len(source.encode("utf-8", "surrogatepass"))
    if size > MAX_SOURCE:
        raise MarkdownError(f"The text is {ceil(size / 1000)} KB; the most is {MAX_SOURCE // 1000} KB: split it.")
    source = clean(source)
    _check_depth(source.split("\n"))
    return source


def _check_depth(lines: list[str]) -> None:
    for kind, first, _ in spans(lines):
        if kind == "line" and _TOO_DEEP.match(lines[first]) and lines[first].strip("-* "):  # not a rule: `- - -`
            raise too_deep("Quotes and lists", first + 1)


def too_deep(what: str, line: int | None = None) -> MarkdownError:
    """The error for anything nested deeper than MAX_DEPTH."""
    return MarkdownError(f"{what} are nested deeper than {MAX_DEPTH} levels: take some levels out.", line)


def spans(lines: list[str]) -> Iterator[Span]:
    """Every line once, as (kind, first, end): one "line" of text, or a whole fenced block of "code" or a "comment"."""
    at, in_list = 0, False
    fences, comments = _Fences(lines), _Comments(lines)
    while at < len(lines):
        line = lines[at]
        if _ITEM.match(line):
            in_list = True
        elif line.strip() and not line.startswith(" ") and at and not lines[at - 1].strip():
            in_list = False
        if end := fences.end(at, in_list):
            yield "code", at, end
        elif end := comments.end(at):
            yield "comment", at, end
        else:
            end = at + 1
            yield "line", at, end
        at = end


class _Fences:
    """Where a ``` or ~~~ block ends. One that nothing closes is text; a search that failed is not repeated."""

    def __init__(self, lines: list[str]) -> None:
        self.lines = lines
        self.unclosed: dict[str, float] = {"`": inf, "~": inf}  # the shortest fence that finds no end any more

    def end(self, at: int, in_list: bool) -> int | None:
        opening = _FENCE.match(self.lines[at])
        if not opening or (len(opening[1]) > 3 and not in_list):  # four spaces outside a list are code already
            return None
        mark = opening[2]
        if len(mark) >= self.unclosed[mark[0]]:
            return None
        for number in range(at + 1, len(self.lines)):
            line = self.lines[number].strip()
            if line.startswith(mark) and not line.strip(mark[0]):
                return number + 1
        self.unclosed[mark[0]] = len(mark)
        return None


class _Comments:
    """Where an HTML comment that has its lines for itself ends: a note among authors that nobody else should read."""

    def __init__(self, lines: list[str]) -> None:
        self.lines = lines
        self.unclosed = False

    def end(self, at: int) -> int | None:
        if self.unclosed or not re.match(" {0,3}<!--", self.lines[at]):
            return None
        for number in range(at, len(self.lines)):
            _, mark, after = self.lines[number].partition("-->")
            if mark:
                return None if after.strip() else number + 1
        self.unclosed = True
        return None
