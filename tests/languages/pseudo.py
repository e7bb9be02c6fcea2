"""A language that nobody speaks: every Latin letter of a catalogue's text becomes another, so that any Latin letter left
on a page did not come from a catalogue. It finds what reading the code does not: words that are put together."""

import re
from string import ascii_letters

import flask_babel
import pytest
from babel.support import NullTranslations

from portal import languages

KEPT = re.compile(r"(%\(\w+\)[sd]|%%|<[^>]+>|&#?\w+;|\[\[[a-z_]+\]\]|`[^`]+`)")
STRANGE = str.maketrans(ascii_letters, "".join(chr(ord(letter) + 0xFEE0) for letter in ascii_letters))
"""Letters of full width."""


def strange(text: str) -> str:
    """A text in that language; placeholders, tags and marks stay."""
    return "".join(part if KEPT.fullmatch(part) else part.translate(STRANGE) for part in KEPT.split(text))


class Pseudo(NullTranslations):
    """A catalogue in which everything is translated."""

    def ugettext(self, message: str) -> str:
        return strange(message)

    def ungettext(self, singular: str, plural: str, number: int) -> str:
        return strange(singular if number == 1 else plural)

    def upgettext(self, context: str, message: str) -> str:
        return strange(message)

    def unpgettext(self, context: str, singular: str, plural: str, number: int) -> str:
        return strange(singular if number == 1 else plural)


def speak(monkeypatch: pytest.MonkeyPatch) -> None:
    """Instead of German; dates, lists and countries are Greek meanwhile, as Babel knows no such language."""
    catalogue = Pseudo()
    monkeypatch.setattr(flask_babel.Domain, "get_translations", lambda self: catalogue)
    monkeypatch.setitem(languages._REGIONS, "de", "el")
