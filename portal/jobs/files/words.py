"""What the words of an opening have to say: the four honest sections, how to ask for adjustments. And what they may not
have: a title for one gender, words that turn people away."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from portal import markdown
from portal.config import settings
from portal.content import ContentError, words
from portal.languages import lazy_gettext as _l
from portal.languages import speaking
from portal.markdown import MarkdownError
from portal.markdown.source import spans

SECTIONS = (_l("The work"), _l("What is good"), _l("What is hard here"), _l("How we decide"))
"""An opening says these in this order, each under a heading."""
_ASKING = {
    "en": r"\b(adjust|accommodat)",
    "de": r"\b(anpass|angepasst|nachteilsausgleich|barrierefrei)",
    "pt": r"\b(adapta|ajust)",
}
_HEADING = re.compile(r" {0,3}(#{1,6}) +(.+?)(?: +#+)? *$")
_LINK = re.compile(r"\]\([^()\s]*\)|<[^<>\s]+>|https?://\S+")


@dataclass(frozen=True)
class Need:
    """Something that an opening lacks, or may not have. `said`: to who edits the file, as in a `Problem`; `words`: to
    who writes at the desk. `line`: of the body, from 1; or `key`: of the front matter."""

    said: str
    words: Any
    line: int | None = None
    key: str | None = None


def needs(folder: Path, title: str, body: str, questions: Sequence[str] = ()) -> list[Need]:
    """Everything of the kind, in the house's language. A body that is no Markdown has one need only."""
    lines = list(_lines(body))
    found = [*_one_gender(folder, title), *_avoided(folder, title, lines, questions)]
    if not body.strip():
        said = "there are no words yet: write them below the front matter"
        return [*found, Need(said, _l("You need to write what the work is."), line=1)]
    return [*found, *_sections(lines), *_adjustments(lines), *_for_newsletters(body)]


def _sections(lines: Sequence[tuple[int, str]]) -> Iterator[Need]:
    heads = [(at, i, len(found[1]), found[2]) for i, (at, line) in enumerate(lines) if (found := _HEADING.match(line))]
    for section in SECTIONS:
        names = {_plain(name) for name in _in_house(section)}
        mine = next((head for head in heads if _plain(head[3]) in names), None)
        name = _in_house(section)[0]
        if mine is None:
            said = f"the section “{name}” is missing: write it under a heading ## {name}"
            yield Need(said, _l("You need to write the section “%(name)s”.", name=section), line=_end(lines))
            continue
        at, first, level, _text = mine
        end = next((head[1] for head in heads if head[1] > first and head[2] <= level), len(lines))
        if not any(line.strip() for _at, line in lines[first + 1 : end]):
            said = f"the section “{name}” has no words: write them below its heading"
            yield Need(said, _l("You need to write what belongs under “%(name)s”.", name=section), line=at)


def _adjustments(lines: Sequence[tuple[int, str]]) -> Iterator[Need]:
    pattern = "|".join({_ASKING["en"], _ASKING[settings().language]})
    if not any(re.search(pattern, line, re.IGNORECASE) for _at, line in lines if not _HEADING.match(line)):
        said = "nothing is said about adjustments: add a line on how to ask for them, and whom"
        words = _l("You need to add a line on adjustments: how to ask for them, and whom.")
        yield Need(said, words, line=_end(lines))


def _end(lines: Sequence[tuple[int, str]]) -> int:
    """Where something is missing that could stand anywhere: the last line with words."""
    return max((at for at, line in lines if line.strip()), default=1)


def _one_gender(folder: Path, title: str) -> Iterator[Need]:
    for found, entry in _known(lambda: words.one_gender(folder, settings().language, title)):
        said = f"`title` names one gender only (“{found}”): rather {entry.instead}"
        mend = _l("You need to word the title for everybody: rather than “%(word)s”, %(instead)s.", word=found,
                  instead=entry.instead)  # fmt: skip
        yield Need(said, mend, key="title")


def _avoided(folder: Path, title: str, lines: Sequence[tuple[int, str]], questions: Sequence[str]) -> Iterator[Need]:
    spoken: list[tuple[int | None, str | None, str]] = [(None, "title", title)]
    spoken += [(None, "questions", question) for question in questions]
    spoken += [(at, None, _LINK.sub(" ", line)) for at, line in lines]
    for line, key, text in spoken:
        for found, entry in _known(lambda text=text: words.listed(folder, settings().language).find(text)):
            if entry.openings:
                said = f"“{found}” is a word that no opening may have: rather {entry.instead}"
                mend = _l("You need to replace “%(word)s”: rather %(instead)s.", word=found, instead=entry.instead)
                yield Need(said, mend, line=line, key=key)


def _known(find: Any) -> Iterator[tuple[str, words.Entry]]:
    try:
        yield from find()
    except ContentError:
        return  # whoever checks the list says what is wrong with it


def _for_newsletters(body: str) -> Iterator[Need]:
    """What a newsletter may have and a page may not, since it has no reader to be about."""
    lines = body.split("\n")
    try:
        for block in markdown.split(body):
            if block.kind != "text":
                at = block.line if lines[block.line - 1].lstrip().startswith(":::") else block.line - 1
                said = f"::: {block.kind} is for newsletters: a page says the same to everybody"
                yield Need(said, _l("You need to take out “::: %(kind)s”, which is for newsletters.", kind=block.kind),
                           line=at)  # fmt: skip
        for name, _fallback, line in markdown.merge_fields(body):
            said = f"[[{name}]] is for newsletters: a page does not know who reads it"
            yield Need(said, _l("You need to take out “[[%(name)s]]”, which is for newsletters.", name=name), line=line)
    except MarkdownError as error:
        yield Need(error.message, error.message, line=error.line or 1)


def _lines(body: str) -> Iterator[tuple[int, str]]:
    """The lines that people read, with their numbers: no code, no comments."""
    lines = body.split("\n")
    for kind, first, _end in spans(lines):
        if kind == "line":
            yield first + 1, lines[first]


def _in_house(section: Any) -> tuple[str, str]:
    """A heading as the house calls it, and as we do."""
    with speaking(settings().language):
        house = str(section)
    with speaking("en"):
        return house, str(section)


def _plain(heading: str) -> str:
    return " ".join(re.sub(r"[*_`:]", "", heading).casefold().split())
