"""A table as plain text: in columns where they fit, else one short paragraph a row."""

from collections.abc import Sequence
from textwrap import fill

GAP = "   "


def table(rows: Sequence[Sequence[str]], sides: Sequence[str], width: int) -> str:
    """`rows` are words, the header first, all of one length; `sides` is left, right or center for each column."""
    cells = [[" ".join(words.split("\n")).strip() for words in row] for row in rows]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    if sum(widths) + len(GAP) * (len(widths) - 1) > width:
        return _records(cells, width)
    lines = [_line(row, widths, sides) for row in cells]
    rule = GAP.join("-" * size for size in widths)
    return "\n".join([lines[0], rule, *lines[1:]] if any(cells[0]) else lines[1:])


def _line(row: Sequence[str], widths: Sequence[int], sides: Sequence[str]) -> str:
    place = {"right": str.rjust, "center": str.center}
    return GAP.join(place.get(side, str.ljust)(cell, size) for cell, size, side in zip(row, widths, sides, strict=True))


def _records(cells: Sequence[Sequence[str]], width: int) -> str:
    """`Header: words` for each cell that says something, an empty line between rows."""
    header, *rows = cells
    return "\n\n".join("\n".join(_record(header, row, width)) for row in rows if any(row))


def _record(header: Sequence[str], row: Sequence[str], width: int) -> list[str]:
    entries = [f"{name}: {words}" if name else words for name, words in zip(header, row, strict=True) if words]
    return [
        fill(entry, max(width, 20), subsequent_indent="  ", break_long_words=False, break_on_hyphens=False)
        for entry in entries
    ]
