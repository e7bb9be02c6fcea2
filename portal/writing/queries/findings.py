"""What stands beside the words: things to mend, each with its mend and where it is."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from portal import markdown
from portal.config import settings
from portal.content import ContentError, Problem, words
from portal.languages import gettext as _
from portal.markdown import MarkdownError
from portal.markdown.source import spans
from portal.writing.queries.source import Source

ERROR, WARNING, HINT = "error", "warning", "hint"
LONG = 120
"""Words of a paragraph from which on it is hard to read on a phone."""
_CODE = re.compile(r"(`+)(?!`).*?(?<!`)\1(?!`)")
_LINK = re.compile(
    r"!?\[[^\[\]]*\](?:\([^()\s]*(?:\([^()\s]*\)[^()\s]*)*[^()]*\)|\[[^\[\]]*\])|<[^<>\s]+>|https?://\S+"
)
_IMAGE = re.compile(r"!\[(?P<alt>[^\[\]]*)\]\((?P<address>[^()\s]*)")
_HEADING = re.compile(r" {0,3}(#{1,6}) +\S")
_STRUCTURE = re.compile(r" {0,3}(?:#{1,6} |[-*+] |\d+[.)] |>|\||:::)")


@dataclass(frozen=True)
class Finding:
    """One thing about the words. `level`: error (nobody may see it like this), warning or hint. `mend` says what to do.
    `line`: of the body, from 1; or `field`: the name of the form's field that it is about."""

    level: str
    words: str
    mend: str = ""
    line: int | None = None
    field: str | None = None


def of_text(source: Source, *, opening: bool = False) -> list[Finding]:
    """What can be said of any Markdown: whether it can be read, pictures, headings, words, length. `opening`: its words
    are those of one, which are kept back for some of the list; whoever checks that says so."""
    if source.broken:
        return [Finding(ERROR, problem.words, line=problem.line) for problem in source.broken]
    lines = list(_lines(source.body))
    broken = _broken(source.body, settings().base_url)
    found = [*broken, *_pictures(lines), *_headings(lines)]
    found += _listed(lines, source.language, opening)
    return sorted([*found, *_long(source.body)], key=lambda one: one.line or 0)


def of_problems(source: Source, problems: Iterable[Problem], level: str = ERROR) -> list[Finding]:
    """Problems of a file's text, whose lines count from the beginning of its front matter, as findings."""
    return [
        Finding(level, _sentence(problem.words), line=source.line(problem.line), field=source.key(problem.line))
        for problem in sorted(set(problems))
    ]


def _sentence(words: str) -> str:
    return words[:1].upper() + words[1:] + ("" if words.endswith((".", "?")) else ".")


def shows(source: Source) -> bool:
    """Whether the Markdown can be laid out."""
    return not source.broken and not _broken(source.body, settings().base_url)


@lru_cache(maxsize=32)
def _broken(body: str, base_url: str) -> tuple[Finding, ...]:
    """Why it cannot be laid out. Asked more than once for each text that comes in, and laying out takes a while."""
    try:
        markdown.split(body)
        names = {name for name, _fallback, _line in markdown.merge_fields(body)}
        markdown.page(body, base_url, names)
    except MarkdownError as error:
        return (Finding(ERROR, error.message, line=error.line),)
    return ()


def _lines(body: str) -> Iterator[tuple[int, str]]:
    """The lines that people read, with their numbers: no code, no comments."""
    lines = body.split("\n")
    for kind, first, _end in spans(lines):
        if kind == "line":
            yield first + 1, _CODE.sub(" ", lines[first])


def _pictures(lines: Sequence[tuple[int, str]]) -> Iterator[Finding]:
    for number, line in lines:
        for image in _IMAGE.finditer(line):
            if not image["alt"].strip():
                mend = _("Write between the square brackets what it shows, for those who do not see it.")
                yield Finding(ERROR, _("A picture has no description."), mend, number)
            elif not image["address"].startswith(("/media/", "/static/", settings().base_url + "/")):
                mend = _("Bring the picture in under “Pictures” first: nothing is loaded from elsewhere.")
                yield Finding(ERROR, _("This picture is somebody else's, so it is not shown."), mend, number)


def _headings(lines: Sequence[tuple[int, str]]) -> Iterator[Finding]:
    before = None
    for number, line in lines:
        if heading := _HEADING.match(line):
            level = len(heading[1])
            if before and level > before + 1:
                mend = _("Write %(marks)s before it.", marks="#" * (before + 1))
                yield Finding(WARNING, _("This heading leaves out a level."), mend, number)
            before = level


def _listed(lines: Sequence[tuple[int, str]], language: str, opening: bool) -> Iterator[Finding]:
    """Words that the house does not use, from content/words.yml."""
    try:
        listed = words.listed(settings().content_dir, language or settings().language)
    except ContentError:
        return  # `portal content check` says what is wrong with the list
    for number, line in lines:
        for said, entry in listed.find(_LINK.sub(" ", line)):
            if opening and entry.openings:
                continue
            why = f" {entry.why}" if entry.why else ""
            mend = _("Rather: %(instead)s.", instead=entry.instead) + why
            yield Finding(WARNING, _("“%(word)s” is on our list of words to avoid.", word=said), mend, number)


def _long(body: str) -> Iterator[Finding]:
    lines, count, first = body.split("\n"), 0, 0
    for number, line in enumerate([*lines, ""], 1):
        if line.strip() and not _STRUCTURE.match(line):
            first, count = first or number, count + len(line.split())
            continue
        if count > LONG:
            mend = _("Two paragraphs are easier to read on a phone.")
            yield Finding(HINT, _("This paragraph has %(count)s words.", count=count), mend, first)
        first = count = 0
