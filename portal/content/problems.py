"""A mistake in a file: where it stands, what it is and how to mend it, in words of our own (P13)."""

import difflib
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

MENDS = {
    "date_parsing": "must be a day such as 2026-03-01",
    "date_from_datetime_parsing": "must be a day such as 2026-03-01",
    "date_from_datetime_inexact": "must be a day such as 2026-03-01, without a time",
    "date_type": "must be a day such as 2026-03-01",
    "datetime_parsing": "must be a time with its zone, such as 2026-03-01T09:00+00:00",
    "datetime_from_date_parsing": "must be a time with its zone, such as 2026-03-01T09:00+00:00",
    "timezone_aware": "needs its zone, such as +00:00 at its end",
    "string_type": "must be text: put it in quotes",
    "bool_parsing": "must be true or false",
    "bool_type": "must be true or false",
    "int_parsing": "must be a whole number",
    "int_type": "must be a whole number",
    "list_type": "must be a list, such as [one, two]",
    "tuple_type": "must be a list, such as [one, two]",
    "model_type": "must be a list of `key: value` lines",
    "string_too_short": "is empty: fill it in",
    "string_too_long": "is longer than {max_length} characters: shorten it",
    "too_short": "must have at least {min_length} in its list",
    "missing": "is missing: add it",
}
"""What a person can do about what pydantic finds, by its name for it."""


@dataclass(frozen=True, order=True)
class Problem:
    """One mistake in a file: where it is, what it is and how to mend it, in one sentence."""

    file: str
    line: int
    words: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.words}"


class ContentError(Exception):
    """One file that cannot be used, with all its problems."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__("\n".join(map(str, problems)))
        self.problems = problems


def near(name: str, known: Iterable[str], otherwise: str) -> str:
    """The mend for a name that is not known: the one that was probably meant, or what else to do."""
    found = difflib.get_close_matches(name, list(known), 1)
    return f"did you mean {found[0]}?" if found else otherwise


def words(error: Any, keys: Iterable[str]) -> str:
    """A pydantic error in one sentence. `keys`: the ones that may stand in the file."""
    name = ".".join(str(step) for step in error["loc"] if not str(step).startswith(("function-", "tagged-")))
    if error["type"] == "extra_forbidden":
        return f"`{name}` is not a known key: {near(str(error['loc'][-1]), keys, 'remove it')}"
    if error["type"] in MENDS:
        said = MENDS[error["type"]].format(**error.get("ctx", {}))
    else:
        said = error["msg"].removeprefix("Value error, ")
        said = said[0].lower() + said[1:]
    return f"`{name}` {said}" if name else said
