"""Words that the house would rather not use, in `content/words.yml`: the desk points at them while somebody writes."""

import re
from collections.abc import Iterator
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


class Entry(Front):
    """A word or a few, what to write instead, and why, where that is not plain."""

    word: Annotated[str, Field(min_length=2, max_length=60)]
    instead: Annotated[str, Field(min_length=1, max_length=200)]
    why: Annotated[str, Field(min_length=1, max_length=300)] | None = None


class WordsFile(Front):
    """The list, by language."""

    words: dict[str, tuple[Entry, ...]]


@dataclass(frozen=True)
class Listed:
    """The words of one language. `find` meets whole words only, written in any case."""

    entries: dict[str, Entry]
    pattern: re.Pattern[str] | None

    def find(self, line: str) -> Iterator[tuple[str, Entry]]:
        """Each as it stands in a line, with its entry."""
        for found in self.pattern.finditer(line) if self.pattern else ():
            yield found[0], self.entries[_key(found[0])]


def listed(folder: Path, language: str) -> Listed:
    """The words to avoid in a language; none if there is no list. Raises ContentError."""
    path = folder / FILE
    try:
        changed = path.stat().st_mtime_ns
    except OSError:
        return Listed({}, None)
    return _listed(path, changed, language)


def check(folder: Path) -> list[Problem]:
    """Every mistake in the list. There need not be one."""
    path = folder / FILE
    if not path.is_file():
        return []
    try:
        found, problems = read_yaml(path, WordsFile), []
        for language, entries in found.words.items():
            if language not in LANGUAGES:
                words = f"we speak no “{language}”: {near(language, LANGUAGES, 'use ' + ', '.join(LANGUAGES))}"
                problems.append(Problem(str(path), line_of(path, ("words", language)), words))
            seen: set[str] = set()
            for i, entry in enumerate(entries):
                if (key := _key(entry.word)) in seen:
                    line = line_of(path, ("words", language, i))
                    problems.append(Problem(str(path), line, f"“{entry.word}” stands twice: take one out"))
                seen.add(key)
    except ContentError as error:
        return error.problems
    return problems


def sync(folder: Path, _now: datetime) -> list[Synced]:
    """Nothing: the list is read where it is used."""
    return []


@lru_cache(maxsize=16)
def _listed(path: Path, _changed: int, language: str) -> Listed:
    entries = {_key(entry.word): entry for entry in read_yaml(path, WordsFile).words.get(language, ())}
    if not entries:
        return Listed({}, None)
    longest_first = sorted(entries, key=len, reverse=True)
    words = "|".join(r"\s+".join(map(re.escape, word.split())) for word in longest_first)
    return Listed(entries, re.compile(rf"(?<![\w-])(?:{words})(?![\w-])", re.IGNORECASE))


def _key(word: str) -> str:
    return " ".join(word.casefold().split())
