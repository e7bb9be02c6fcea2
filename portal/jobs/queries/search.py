"""Openings by the words of their title and text. The database keeps the index itself (migration 0031).

A word finds every word that begins with it, without case or accents. Nothing that is typed has a meaning of its own.
"""

import re
import unicodedata

from sqlalchemy import text

from portal.db import db

MOST_WORDS = 8
"""So many words of what is typed are looked for: more would not narrow anything down."""
_WORD = re.compile(r"(?:[^\W_]|[+#])+")
_LOOK = {
    "sqlite": "SELECT {n} AS n, rowid AS id FROM posting_text WHERE posting_text MATCH :w{n}",
    "postgresql": "SELECT {n} AS n, posting_id AS id FROM posting_text WHERE words @@ CAST(:w{n} AS tsquery)",
}


def fold(words: str) -> str:
    """Words as they are compared: without case and accents."""
    apart = unicodedata.normalize("NFD", words.lower())
    return unicodedata.normalize("NFC", "".join(c for c in apart if not unicodedata.combining(c)))


def terms(typed: str) -> list[str]:
    """The words of what somebody typed, each once. A plural's last letter goes: "engineers" finds the engineer too."""
    words = [word.lower() for word in _WORD.findall(unicodedata.normalize("NFC", typed))]
    bare = [word[:-1] if len(word) > 3 and word[-1] == "s" else word for word in words]
    return list({fold(word): word for word in bare if any(c.isalnum() for c in word)}.values())[:MOST_WORDS]


def found(words: list[str]) -> list[set[int]]:
    """For each of these (as from `terms`): the ids of the openings, of whatever state, that have a word which begins
    with it in their title or text. One statement."""
    if not words:
        return []
    name = db.engine.dialect.name
    quoted = {f"w{n}": _sqlite(word) if name == "sqlite" else _postgresql(word) for n, word in enumerate(words)}
    each = " UNION ALL ".join(_LOOK[name].format(n=n) for n in range(len(words)))
    hits: list[set[int]] = [set() for _word in words]
    for n, id in db.session.execute(text(each), quoted):
        hits[n].add(id)
    return hits


def _sqlite(word: str) -> str:
    """With its accents: the tokenizer takes off those that it took off the text."""
    return '"' + word.replace('"', '""') + '"*'


def _postgresql(word: str) -> str:
    return "'" + fold(word).replace("\\", "\\\\").replace("'", "''") + "':*"


def begins(word: str, words: str) -> bool:
    """Whether one of these words begins with it (one of `terms`)."""
    return any(each.startswith(fold(word)) for each in _WORD.findall(fold(words)))
