"""Addresses made from titles."""

import re
import unicodedata

_SPELT = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "æ": "ae", "ø": "oe", "å": "aa", "&": " and "})
LONGEST = 60


def slug_of(title: str) -> str:
    """An address for a title, in a-z, 0-9 and single hyphens; "untitled" where nothing is left of it."""
    plain = unicodedata.normalize("NFKD", title.casefold().translate(_SPELT)).encode("ascii", "ignore").decode()
    slug = "-".join(re.findall("[a-z0-9]+", plain.replace("'", "")))
    if len(slug) > LONGEST:
        slug = slug[: LONGEST + 1].rpartition("-")[0] or slug[:LONGEST]
    return slug or "untitled"
