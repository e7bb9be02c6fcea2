"""Whether a password is one that is guessed first (ASVS 6.2.4, 6.2.11). No other rules: no signs, no capitals."""

import re
from collections.abc import Iterable
from unicodedata import normalize

from portal.staff.files.obvious import COLUMNS, LOOKS_LIKE, ROWS, WORDS

_RUN = 4
_PARTS = re.compile(r"[^\W_]+")


def plain(typed: str) -> str:
    """What is left without case, accents, spaces and signs."""
    letters = normalize("NFKD", typed.casefold())
    return "".join(c for c in letters if c.isalnum())


def is_obvious(password: str, own: Iterable[str] = ()) -> bool:
    """Whether it consists of nothing but guessable parts. `own`: the person's and the house's names and addresses."""
    parts = {plain(part) for text in own for part in [text, *_PARTS.findall(text)]}
    known = WORDS | {part for part in parts if len(part) > 2}
    return any(_made_of(text, known) for text in {plain(password), plain(password.translate(LOOKS_LIKE))})


def _made_of(text: str, known: frozenset[str] | set[str]) -> bool:
    """Whether a text can be cut into known parts, runs, repeats and digits, with at most two letters left over."""
    if len(set(text)) < 5:
        return True
    least = [0, *[len(text) + 1] * len(text)]
    for end in range(1, len(text) + 1):
        least[end] = least[end - 1] + (not text[end - 1].isdigit())
        for begin in range(max(0, end - 40), end - 1):
            if least[begin] < least[end] and _known(text[begin:end], known):
                least[end] = least[begin]
    return least[-1] <= 2


def _known(part: str, known: frozenset[str] | set[str]) -> bool:
    if part in known:
        return True
    half = len(part) // 2
    if len(part) >= 2 * _RUN and part[:half] * 2 == part:  # said twice
        return True
    if len(part) < _RUN:
        return False
    return any(part in row or part[::-1] in row for row in (*ROWS, *COLUMNS)) or len(set(part)) == 1
