"""How what people type about an opening becomes what a file says, and back."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from portal.audience.queries import options
from portal.jobs.models import ANYWHERE
from portal.languages import gettext as _

Pairs = Sequence[tuple[str, str]]


def pairs(words: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Values with their names."""
    return [(key, str(word)) for key, word in words.items()]


def with_chosen(offered: Pairs, *chosen: str | None) -> list[tuple[str, str]]:
    """The same with what was chosen and is no longer there: a form shows what its words say."""
    known = {value for value, _name in offered}
    return [*offered, *((value, value) for value in chosen if value and value not in known)]


def many(value: Any) -> list[str]:
    """One or several out of a front matter."""
    return [str(each) for each in value] if isinstance(value, list | tuple) else [str(value)] if value else []


def whole(typed: str | None) -> int | str | None:
    """A number as people write it, 27,400 or 27 400; whatever else was typed, as it was; None for nothing."""
    text = (typed or "").replace("\0", "").strip()
    plain = re.sub(r"(?<=\d)[\s.,'’](?=\d{3}\b)", "", text)
    return int(plain) if plain.isascii() and plain.isdecimal() and len(plain) < 12 else text or None


def codes(typed: str | None) -> list[str] | str | None:
    """Countries as they are typed, by name or code, as a file has them; None for nothing."""
    parts = [part.strip() for part in re.split(r"[,;\n]", (typed or "").replace("\0", "")) if part.strip()]
    if any(part.casefold() in {"anywhere", ANYWHERE, _("anywhere").casefold()} for part in parts):
        return "anywhere"
    by_name = {name.casefold(): code for _group, group in options.countries() for code, name in group}
    return [by_name.get(part.casefold(), part.upper() if len(part) == 2 else part) for part in parts] or None


def named(value: Any) -> str:
    """The same the other way round."""
    return (
        _("anywhere") if value in ("anywhere", [ANYWHERE]) else ", ".join(options.country(one) for one in many(value))
    )
