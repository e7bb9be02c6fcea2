"""What is ticked or typed in one line of the segment builder, and the value that it means to a rule."""

from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from typing import Any

import yaml

from portal.audience.queries import skills
from portal.audience.queries.ask import Ask, Blank
from portal.audience.queries.segments import MAX_VALUES
from portal.content.parsing import Loader
from portal.languages import gettext as _


def filled(ask: Ask | None, values: Sequence[str], more: str, blanks: Mapping[str, str]) -> Any:
    """The value that was filled in, for the criterion's own check. Raises ValueError with what to mend."""
    if ask is None or ask.kind == "text":
        return _from_yaml(more)
    if ask.kind == "blanks":
        return {blank.key: _blank(blank, said) for blank in ask.blanks if (said := blanks.get(blank.key, ""))}
    added = [part.strip() for part in skills.split(more) if part.strip()] if ask.kind == "words" else []
    found = [*values, *(_code(ask, part) if ask.only else part for part in added)]
    if len(set(found)) > MAX_VALUES:
        raise ValueError(_("These are more than %(most)s. Take some away, or use two lines.", most=MAX_VALUES))
    return list(dict.fromkeys(found))


def names(ask: Ask) -> dict[str, str]:
    """What can be chosen, by value."""
    return {value: name for _heading, group in ask.options() for value, name in group}


def _code(ask: Ask, said: str) -> str:
    """The value of something that was typed by its name, or as the value itself."""
    known = names(ask)
    by_name = {**{code.casefold(): code for code in known}, **{name.casefold(): code for code, name in known.items()}}
    found = by_name.get(said.casefold())
    if found is None:
        for name in get_close_matches(said.casefold(), by_name, 1):
            meant = known[by_name[name]]
            raise ValueError(_("“%(said)s” is not on our list. Did you mean %(meant)s?", said=said[:60], meant=meant))
        raise ValueError(_("“%(said)s” is not on our list. Choose one of those that are suggested.", said=said[:60]))
    return found


def _blank(blank: Blank, said: str) -> Any:
    if blank.kind != "days":
        return said
    if not (said.isascii() and said.isdecimal() and 0 < int(said[:9]) <= 3650):
        raise ValueError(_("Write the number of days as a whole number from 1 to 3650."))
    return int(said)


def _from_yaml(said: str) -> Any:
    try:
        return yaml.load(said, Loader=Loader)  # noqa: S506  # it is a SafeLoader
    except (yaml.YAMLError, ValueError, RecursionError):
        raise ValueError(_("This is not YAML. Write a list such as [one, two].")) from None
