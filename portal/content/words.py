"""Words that the house would rather not use, in `content/words.yml`: the desk points at them while somebody writes, and
some of them keep an opening from being published."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Annotated

from pydantic import Field

from portal.content.kinds import Synced
from portal.content.parsing import Front
from portal.content.problems import ContentError, Problem, near
from portal.content.reading import line_of, read_yaml
from portal.languages import LANGUAGES

FILE = "words.yml"
_ANYBODY = re.compile(
    r"\w[:*_](?:in|r|n)(?:nen)?\b|\w\(?[/-]-?(?:in|frau|a|o|as|os)\b\)?|\w\((?:in|a|o|as|os)\)"
    r"|\(\s*[a-zæ*](?:\s*[/|,]\s*[a-zæ*])+\s*\)|\(\s*all genders\s*\)|\(\s*alle\s*\)",
    re.IGNORECASE,
)
"""Ways to say in a title that everybody is meant: -in, :in, (m/w/d), /a, (a), (all genders)."""


class Entry(Front):
    """A word or a few, what to write instead, and why, where that is not plain. `openings`: no opening may have it."""

    word: Annotated[str, Field(min_length=2, max_length=60)]
    instead: Annotated[str, Field(min_length=1, max_length=200)]
    why: Annotated[str, Field(min_length=1, max_length=300)] | None = None
    openings: bool = False


class WordsFile(Front):
    """The lists, by language. `titles`: what an opening's title may not call a person, since it names one gender; a
    word that begins with * is met at the end of a longer one, too."""

    words: dict[str, tuple[Entry, ...]]
    titles: dict[str, tuple[Entry, ...]] = Field(default_factory=dict)


@dataclass(frozen=True)
class Listed:
    """The words of one language. `find` meets whole words only, written in any case."""

    entries: Mapping[str, Entry]
    pattern: re.Pattern[str] | None
    ends: Mapping[str, Entry]

    def find(self, line: str) -> Iterator[tuple[str, Entry]]:
        """Each as it stands in a line, with its entry."""
        for found in self.pattern.finditer(line) if self.pattern else ():
            key = _key(found[0])
            yield found[0], self.entries.get(key) or next(self.ends[end] for end in self.ends if key.endswith(end))


def listed(folder: Path, language: str) -> Listed:
    """The words to avoid in a language; none if there is no list. Raises ContentError."""
    return _list(folder, language, "words")


def one_gender(folder: Path, language: str, title: str) -> list[tuple[str, Entry]]:
    """What in a title names people of one gender, unless it says that all are meant. Raises ContentError."""
    return [] if _ANYBODY.search(title) else list(_list(folder, language, "titles").find(title))


def check(folder: Path) -> list[Problem]:
    """Every mistake in the list. There need not be one."""
    path = folder / FILE
    if not path.is_file():
        return []
    try:
        found, problems = read_yaml(path, WordsFile), []
        for part, lists in (("words", found.words), ("titles", found.titles)):
            for language, entries in lists.items():
                if language not in LANGUAGES:
                    words = f"we speak no “{language}”: {near(language, LANGUAGES, 'use ' + ', '.join(LANGUAGES))}"
                    problems.append(Problem(str(path), line_of(path, (part, language)), words))
                problems += _doubled(path, part, language, entries)
    except ContentError as error:
        return error.problems
    return problems


def sync(folder: Path, _now: datetime) -> list[Synced]:
    """Nothing: the list is read where it is used."""
    return []


def _doubled(path: Path, part: str, language: str, entries: Sequence[Entry]) -> Iterator[Problem]:
    seen: set[str] = set()
    for i, entry in enumerate(entries):
        if (key := _key(entry.word)) in seen:
            yield Problem(str(path), line_of(path, (part, language, i)), f"“{entry.word}” stands twice: take one out")
        seen.add(key)


def _list(folder: Path, language: str, part: str) -> Listed:
    path = folder / FILE
    try:
        changed = path.stat().st_mtime_ns
    except OSError:
        return Listed({}, None, {})
    return _read(path, changed, language, part)


@lru_cache(maxsize=16)
def _read(path: Path, _changed: int, language: str, part: str) -> Listed:
    lists: Mapping[str, tuple[Entry, ...]] = getattr(read_yaml(path, WordsFile), part)
    entries = {_key(entry.word): entry for entry in lists.get(language, ())}
    if not entries:
        return Listed({}, None, {})
    longest_first = sorted(entries, key=len, reverse=True)
    words = "|".join(_pattern(word) for word in longest_first)
    ends = {word[1:]: entries[word] for word in longest_first if word.startswith("*")}
    return Listed(entries, re.compile(rf"(?<![\w-])(?:{words})(?![\w-])", re.IGNORECASE), ends)


def _pattern(word: str) -> str:
    whole = r"\s+".join(map(re.escape, word.removeprefix("*").split()))
    return rf"[\w-]*{whole}" if word.startswith("*") else whole


def _key(word: str) -> str:
    return " ".join(word.casefold().split())
