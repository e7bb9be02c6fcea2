"""The catalogues: nothing is missing, nothing is left over, and what a translation must keep it keeps."""

import re
import runpy
from collections.abc import Iterator
from io import BytesIO
from typing import Any

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.mofile import read_mo

from portal.languages import LANGUAGES
from tests.test_architecture import ROOT

TOOL = runpy.run_path(str(ROOT / ".ci" / "translations.py"))
OTHERS = [language for language in LANGUAGES if language != "en"]
TAG = re.compile(r"</?[a-z][^>]*>")
MARKUP = re.compile(r"\*\*|\[\[[a-z_]*\|?|`[^`]*`")


@pytest.fixture(scope="module")
def extracted() -> Catalog:
    return TOOL["extracted"]()  # type: ignore[no-any-return]


def keys(catalog: Catalog) -> set[Any]:
    return {(message.context, message.id) for message in catalog if message.id}


def said(message: Message) -> tuple[str, ...]:
    return tuple(message.string) if isinstance(message.string, list | tuple) else (str(message.string),)


def pairs(catalog: Catalog) -> Iterator[tuple[str, str]]:
    """Each translated form beside an English one: of a plural, "one" beside "one", all others beside "many"."""
    for message in catalog:
        english = message.id if isinstance(message.id, tuple) else (message.id,)
        for number, text in enumerate(said(message)):
            if message.id and text:
                yield english[min(number, len(english) - 1)], text


def test_every_language_has_a_catalogue() -> None:
    assert tuple(OTHERS) == TOOL["LANGUAGES"]
    assert sorted(p.name for p in (ROOT / "portal" / "translations").iterdir()) == sorted(OTHERS)


@pytest.mark.parametrize("language", OTHERS)
def test_a_catalogue_holds_what_the_code_says(language: str, extracted: Catalog) -> None:
    catalog = TOOL["read"](language)
    assert keys(extracted) - keys(catalog) == set(), "run .ci/translations.py"
    assert keys(catalog) - keys(extracted) == set(), "run .ci/translations.py"
    assert [message.id for message in catalog if message.fuzzy and message.id] == []
    assert not catalog.obsolete


@pytest.mark.parametrize("language", OTHERS)
def test_everything_is_translated(language: str) -> None:
    catalog = TOOL["read"](language)
    assert [message.id for message in TOOL["missing"](catalog)] == []


@pytest.mark.parametrize("language", OTHERS)
def test_what_is_compiled_is_what_was_written(language: str) -> None:
    """By what is in it: its bytes change with Babel's version."""

    def texts(mo: bytes) -> dict[Any, tuple[str, ...]]:
        return {(m.context, str(m.id)): said(m) for m in read_mo(BytesIO(mo)) if m.id}

    compiled = TOOL["path"](language, "mo").read_bytes()
    assert texts(compiled) == texts(TOOL["compiled"](TOOL["read"](language))), "run .ci/translations.py"


@pytest.mark.parametrize("language", OTHERS)
def test_a_translation_keeps_what_is_not_words(language: str) -> None:
    """Placeholders, tags with their attributes, marks of Markdown; no straight quote that would end an attribute."""
    catalog = TOOL["read"](language)
    wrong = [(message.id, [str(error) for error in message.check(catalog)]) for message in catalog]
    assert [found for found in wrong if found[1]] == []
    for english, text in pairs(catalog):
        assert sorted(TAG.findall(text)) == sorted(TAG.findall(english)), text
        assert sorted(MARKUP.findall(text)) == sorted(MARKUP.findall(english)), text
        assert text.count('"') == english.count('"'), f"use typographic quotes: {text}"
        assert text == text.strip(), text


def test_numbers_of_things_have_both_forms(extracted: Catalog) -> None:
    """ "1 mails" is never said: a text with a number called `num` is in two forms."""
    single = [m.id for m in extracted if isinstance(m.id, str) and "%(num)" in m.id]
    assert single == []


def test_one_singular_has_one_plural() -> None:
    """gettext finds a text by its singular alone: two plurals of one would get each other's translation."""
    found: dict[tuple[str | None, str], set[str]] = {}
    for _, _, text, _, context in TOOL["occurrences"]():
        one, *many = (text,) if isinstance(text, str) else text
        found.setdefault((context, one), set()).update(many)
    assert {key: many for key, many in found.items() if len(many) > 1} == {}
