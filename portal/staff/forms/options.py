"""What there is to choose from, as WTForms wants it."""

from collections.abc import Iterable
from typing import Any

from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its types

from portal.languages import LANGUAGES
from portal.staff.queries.words import ROLE_WORDS, zones


def options(pairs: Iterable[tuple[object, Any]]) -> list[Any]:
    """Choices from pairs of a value and its words."""
    return [SelectChoice(value, said) for value, said in pairs]


def languages() -> list[Any]:
    """The languages we speak."""
    return options(LANGUAGES.items())


def roles() -> list[Any]:
    """What somebody may do."""
    return options(ROLE_WORDS.items())


def time_zones() -> list[Any]:
    """Time zones, by part of the world."""
    return [SelectChoice(zone, city, optgroup=region) for region, found in zones().items() for zone, city in found]
