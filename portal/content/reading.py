"""Reading one file: what its name says, what its bytes are, and then its text."""

import re
from collections.abc import Sequence
from pathlib import Path

from portal.config import settings
from portal.content.parsing import (
    MAX_FILE,
    SLUG,
    Model,
    Text,
    error,
    fitting,
    line_in,
    parse_text,
    parse_yaml,
    too_large,
)
from portal.languages import LANGUAGES

_NAME = re.compile(rf"(?P<slug>{SLUG.pattern})(?:\.(?P<language>[a-z]{{2}}))?")


def files(folder: Path, pattern: str) -> list[Path]:
    """The files of a folder in a stable order; none if there is no such folder."""
    return sorted(p for p in folder.glob(pattern) if p.is_file())


def read_yaml(path: Path, model: type[Model]) -> Model:
    """A YAML file checked against its model. Raises ContentError."""
    return parse_yaml(read_source(path), model, file=str(path))


def language_of(path: Path) -> str | None:
    """The language that a file's name says it is a translation into, as in x.de.md."""
    found = _NAME.fullmatch(path.stem)
    return found["language"] if found else None


def originals(folder: Path, pattern: str) -> list[Path]:
    """The files of a folder that are no translations."""
    return [path for path in files(folder, pattern) if language_of(path) is None]


def read_text(path: Path, model: type[Model]) -> Text:
    """A Markdown file with front matter between `---` lines. Raises ContentError."""
    slug, language = _named(path)
    return parse_text(read_source(path), model, slug=slug, language=language, file=str(path))


def _named(path: Path) -> tuple[str, str | None]:
    """Slug and language out of a file's name. Raises ContentError, also for a translation of nothing."""
    found = _NAME.fullmatch(path.stem)
    if not found:
        raise error(str(path), 1, "the file's name becomes the address: use only a-z, 0-9 and - in it")
    slug, language = found["slug"], found["language"]
    if language is None:
        return slug, None
    house, others = settings().language, [code for code in LANGUAGES if code != settings().language]
    if language not in others:
        words = f"{slug}.md is in that language itself" if language == house else f"we speak no “{language}”"
        raise error(str(path), 1, f"{words}: a translation is called {slug}.{' or '.join(others)}.md")
    if not path.with_name(f"{slug}.md").is_file():
        raise error(
            str(path), 1, f"there is no {slug}.md that this could be a translation of: write it, or rename this"
        )
    return slug, language


def line_of(path: Path, loc: Sequence[str | int]) -> int:
    """The line (from 1) of the deepest part of `loc` that stands in a YAML file. Raises ContentError."""
    return line_in(read_source(path), loc, file=str(path))


def read_source(path: Path) -> str:
    """The text of a file, tidy. Raises ContentError for one that is none: too large, not UTF-8, not there."""
    file = str(path)
    try:
        if path.stat().st_size > MAX_FILE:
            raise too_large(file)
        return fitting(path.read_bytes().decode("utf-8"), file)
    except UnicodeDecodeError as wrong:
        line = path.read_bytes()[: wrong.start].count(b"\n") + 1
        raise error(file, line, "the file is not UTF-8: save it again as UTF-8") from None
    except FileNotFoundError:
        raise error(file, 1, "there is no such file: add it") from None
    except OSError as wrong:
        raise error(file, 1, f"the file cannot be read ({wrong.strerror}): mend its permissions") from None
