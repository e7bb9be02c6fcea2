"""The source as the library should read it: code and comments taken out, lists indented by four.

The library wants an empty line before a list and four spaces for each level, and its fences do not work in lists.
People write lists right below a sentence and indent to the words of the item; CommonMark reads that, and so do we.
"""

import re

from portal.markdown.source import MAX_DEPTH, spans, too_deep

CODE_OPEN, CODE_CLOSE = "\ue002", "\ue003"
"""Around the number of a fenced block of code that was taken out."""

_ITEM = re.compile(r" *(?P<marker>[-*+]|\d{1,9}[.)]) +(?=\S)")
_RULE = re.compile(r" {0,3}(?:(?:- *){3,}|(?:\* *){3,}|(?:_ *){3,})$")
_HEADING = re.compile(r"#{1,6} ")


def prepared(source: str) -> tuple[str, list[str]]:
    """The source to parse, and the code of its fenced blocks by number. Raises MarkdownError for lists too deep."""
    lines, codes, lists = source.split("\n"), list[str](), _Lists()
    kept: list[str] = []
    for kind, first, end in spans(lines):
        if kind == "line":
            kept += lists.line(lines[first].expandtabs(4), first + 1)
        elif kind == "code":
            indent = _indent(lines[first])
            kept += ["", lists.block(indent) + f"{CODE_OPEN}{len(codes)}{CODE_CLOSE}", ""]
            codes.append("".join(line[min(indent, _indent(line)) :] + "\n" for line in lines[first + 1 : end - 1]))
        else:
            kept.append("")
    return "\n".join(kept), codes


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip(" "))


class _Lists:
    """Follows which items are open: for each the column where its words begin, and whether it has a number."""

    def __init__(self) -> None:
        self.open: list[tuple[int, bool]] = []
        self.after_blank = True
        self.among_items = False  # the lines since the last empty one began with an item

    def line(self, line: str, number: int) -> list[str]:
        """The lines to keep for one line of source."""
        if not line.strip():
            self.after_blank, self.among_items = True, False
            return [""]
        item = None if _RULE.match(line) else _ITEM.match(line)
        kept = self._item(line, item) if item and (self.open or _indent(line) < 4) else self._words(line)
        self.after_blank = False
        if len(self.open) > MAX_DEPTH:
            raise too_deep("Lists", number)
        return kept

    def block(self, indent: int) -> str:
        """Close the items that a block with this indent does not belong to; the indent it has from now on."""
        while self.open and indent < self.open[-1][0]:
            self.open.pop()
        self.after_blank, self.among_items = True, False
        return "    " * len(self.open)

    def _item(self, line: str, item: re.Match[str]) -> list[str]:
        marker = item["marker"].replace(")", ".")
        numbered, after_words = marker not in "-*+", not self.after_blank and not self.among_items
        if after_words and not self.open and numbered and marker != "1.":
            return [line]  # a sentence that goes on with "2024. Then"
        other_kind = False
        while self.open and _indent(line) < self.open[-1][0]:
            other_kind = self.open.pop()[1] != numbered
        kept = f"{'    ' * len(self.open)}{marker} {line[item.end() :]}"
        self.open.append((item.end(), numbered))
        self.among_items = True
        return ["", kept] if after_words or other_kind else [kept]

    def _words(self, line: str) -> list[str]:
        ends_list = bool(self.open) and _indent(line) < self.open[-1][0] and (_HEADING.match(line) or _RULE.match(line))
        if not self.open or not (self.after_blank or ends_list):
            return [line]
        below = self.block(_indent(line))
        kept = below + (line[self.open[-1][0] :] if self.open else line)
        return ["", kept] if ends_list else [kept]
