#!/usr/bin/env python3
"""Bring the catalogues in portal/translations up to date with the code, and compile them.

Run it after changing a text and after translating one: `.venv/bin/python .ci/translations.py`. It keeps every
translation whose English text still stands in the code, adds an empty one for each that is new, drops the rest, and
says what is missing. In the order of the code, without line numbers and dates, so that a change shows what changed.
"""

import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

PORTAL = Path(__file__).resolve().parent.parent / "portal"
LANGUAGES = ("de", "pt")
KEYWORDS = DEFAULT_KEYWORDS | {"_l": None, "lazy_gettext": None}
METHODS = [("**.py", "python"), *((f"**/templates/**.{kind}", "jinja2") for kind in ("html", "xml", "mjml", "txt"))]
OPTIONS = {pattern: {"trimmed": "true", "silent": "false", "encoding": "utf-8"} for pattern, _ in METHODS}
NOTE = "Translators:"
"""A comment that begins so, right before a text, is shown beside it in the catalogues."""
SINCE = datetime(2026, 11, 1, tzinfo=UTC)


def path(language: str, kind: str = "po") -> Path:
    """Where a language's catalogue is."""
    return PORTAL / "translations" / language / "LC_MESSAGES" / f"messages.{kind}"


def occurrences() -> Iterator[tuple[str, int, str | tuple[str, ...], list[str], str | None]]:
    """Every text in the code and the templates: file, line, text (or singular and plural), comments, context."""
    return extract_from_dir(PORTAL, METHODS, OPTIONS, KEYWORDS, [NOTE], strip_comment_tags=True)  # type: ignore[return-value]


def extracted() -> Catalog:
    """The same, each text once."""
    catalog = Catalog(project="Rapport")
    for file, line, text, comments, context in occurrences():
        catalog.add(text, None, [(f"portal/{file}", line)], auto_comments=comments, context=context)
    return catalog


def read(language: str) -> Catalog:
    """A catalogue as it stands; an empty one for a language that has none."""
    file = path(language)
    if not file.exists():
        return Catalog(
            language, header_comment="# The texts of Rapport.", project="Rapport", version="1", fuzzy=False,
            msgid_bugs_address="none", last_translator="none", language_team="none",
            creation_date=SINCE, revision_date=SINCE,
        )  # fmt: skip
    with file.open("rb") as opened:
        return read_po(opened, language, abort_invalid=True)


def compiled(catalog: Catalog) -> bytes:
    """A catalogue as the portal reads it."""
    mo = BytesIO()
    write_mo(mo, catalog)
    return mo.getvalue()


def missing(catalog: Catalog) -> list[Message]:
    """What is not translated, or not in all its forms."""
    return [m for m in catalog if m.id and not all(m.string if isinstance(m.string, tuple) else [m.string])]


def main() -> int:
    """Update and compile all of them."""
    template = extracted()
    for language in LANGUAGES:
        catalog = read(language)
        catalog.update(template, no_fuzzy_matching=True, update_creation_date=False)
        path(language).parent.mkdir(parents=True, exist_ok=True)
        with path(language).open("wb") as po:
            write_po(po, catalog, width=110, ignore_obsolete=True, include_lineno=False)
        path(language, "mo").write_bytes(compiled(catalog))
        print(f"{language}: {len(catalog)} texts, {len(missing(catalog))} not translated")
    return 0


if __name__ == "__main__":
    sys.exit(main())
