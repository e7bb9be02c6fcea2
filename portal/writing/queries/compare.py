"""What differs between two texts: by line, and inside a line that was changed by word."""

import re
from dataclasses import dataclass
from difflib import SequenceMatcher

from portal.writing.models import Version

_WORDS = re.compile(r"\s+|\w+|[^\w\s]")
MOST_IN_A_LINE = 4_000
"""Characters of a line up to which its words are compared; a longer one counts as a whole."""
AROUND = 2
"""Lines that are the same and shown around what differs."""


@dataclass(frozen=True)
class Part:
    """Some words of a line. `kind`: same, gone (only in the first text) or new (only in the second)."""

    kind: str
    words: str


@dataclass(frozen=True)
class Line:
    """A line of the comparison. `kind`: same, gone, new, changed, or left (`count` lines that are the same, not shown).

    `number`: the line in the second text, or in the first for one that is gone (from 1).
    """

    kind: str
    parts: tuple[Part, ...]
    number: int
    count: int = 1


def compare(a: Version | str, b: Version | str) -> list[Line]:
    """From text `a` to text `b`, line by line; what is the same is folded up to two lines around each difference."""
    before, after = (_text(one).split("\n") for one in (a, b))
    found: list[Line] = []
    for kind, i, i_end, j, j_end in SequenceMatcher(None, before, after).get_opcodes():
        if kind == "equal":
            found += [Line("same", (Part("same", words),), n) for n, words in enumerate(after[j:j_end], j + 1)]
        else:
            found += _changed(before[i:i_end], after[j:j_end], i + 1, j + 1)
    return _folded(found)


def _text(one: Version | str) -> str:
    return one if isinstance(one, str) else one.text


def _changed(before: list[str], after: list[str], first: int, second: int) -> list[Line]:
    """Lines in the place of others: those that stand in the same place are compared by word."""
    pairs = min(len(before), len(after))
    lines = [_line(before[n], after[n], first + n, second + n) for n in range(pairs)]
    flat = [line for pair in lines for line in pair]
    flat += [Line("gone", (Part("gone", words),), n) for n, words in enumerate(before[pairs:], first + pairs)]
    return flat + [Line("new", (Part("new", words),), n) for n, words in enumerate(after[pairs:], second + pairs)]


def _line(before: str, after: str, first: int, second: int) -> list[Line]:
    whole = [Line("gone", (Part("gone", before),), first), Line("new", (Part("new", after),), second)]
    if not before or not after or len(before) + len(after) > MOST_IN_A_LINE:
        return whole
    old, new = _WORDS.findall(before), _WORDS.findall(after)
    match = SequenceMatcher(None, old, new, autojunk=False)
    if match.ratio() < 0.4:  # two different sentences: word by word they could not be read
        return whole
    parts: list[Part] = []
    for kind, i, i_end, j, j_end in match.get_opcodes():
        if kind == "equal":
            parts.append(Part("same", "".join(new[j:j_end])))
            continue
        parts += [Part("gone", "".join(old[i:i_end]))] if i_end > i else []
        parts += [Part("new", "".join(new[j:j_end]))] if j_end > j else []
    return [Line("changed", tuple(parts), second)]


def _folded(lines: list[Line]) -> list[Line]:
    """Without long runs of what is the same."""
    near = {at + step for at, line in enumerate(lines) if line.kind != "same" for step in range(-AROUND, AROUND + 1)}
    kept: list[Line] = []
    for at, line in enumerate(lines):
        if at in near:
            kept.append(line)
        elif kept and kept[-1].kind == "left":
            kept[-1] = Line("left", (), kept[-1].number, kept[-1].count + 1)
        else:
            kept.append(Line("left", (), line.number))
    return kept
