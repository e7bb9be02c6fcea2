"""What somebody is good at, as they write it and as it is compared."""

import unicodedata
from collections.abc import Iterable

from portal.languages import gettext as _

LONGEST = 60
MOST = 30
SEPARATORS = str.maketrans(dict.fromkeys(";\n\r\t、，；", ","))


class BadSkill(ValueError):
    """A list of skills that we cannot keep; the message says in a sentence what to mend."""


def split(typed: str) -> list[str]:
    """What was typed into one line: several, with commas or semicolons between them."""
    return typed.translate(SEPARATORS).split(",")


def parse(written: Iterable[str]) -> dict[str, str]:
    """Names by the key that tells whether two are the same, in their order, each once. Raises BadSkill.

    A name is in Unicode's NFKC form without control characters and with single spaces; its key is without case too.
    """
    found: dict[str, str] = {}
    for name in map(_tidy, written):
        key = unicodedata.normalize("NFKC", name.casefold())
        if max(len(name), len(key)) > LONGEST:
            raise BadSkill(
                _("“%(start)s…” is too long: write at most %(most)s characters.", start=name[:30], most=LONGEST)
            )
        if key:
            found.setdefault(key, name)
    if len(found) > MOST:
        raise BadSkill(_("Name at most %(most)s things. Take some away first.", most=MOST))
    return found


def _tidy(name: str) -> str:
    plain = "".join(c if c.isprintable() else " " for c in unicodedata.normalize("NFKC", name))
    return " ".join(plain.split())
