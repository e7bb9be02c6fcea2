"""How the desk asks for the value of a criterion: what a line of the segment builder looks like."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from portal.audience.queries.facts import Facts
from portal.audience.queries.options import Options


@dataclass(frozen=True, slots=True)
class Blank:
    """One place to fill in, of a value that has several. `key`: its name in the value; `kind`: a number of days, a day
    of the calendar, or one of `choices` (by value)."""

    key: str
    label: Any
    kind: Literal["days", "day", "choice"]
    choices: Callable[[], Sequence[tuple[str, str]]] = tuple


@dataclass(frozen=True, slots=True)
class Ask:
    """A line of the builder, as words and as what is to be filled in. Texts are lazily translated.

    `title` is what it asks about ("What interests them"), `holds` and `holds_not` go on after "Members who". `kind`:
    ticks (any of `options`), words (typed, with `options` suggested; `only`: nothing else will do), blanks (several
    places to fill in) or text (YAML, for what has no description). `mend`: what to do about a value that does not fit.
    `found_by`: other words that lead to it. `called`: names of values that are not among the options (any more).
    `facts`: what of a value one member has, in a few words, for those who look at ten of them.
    """

    title: Any
    holds: Any
    holds_not: Any
    kind: Literal["ticks", "words", "blanks", "text"]
    options: Callable[[], Options] = tuple
    only: bool = False
    blanks: tuple[Blank, ...] = ()
    hint: Any = ""
    placeholder: Any = ""
    mend: Any = ""
    found_by: Any = ""
    called: Callable[[Sequence[str]], Mapping[str, str]] | None = None
    facts: Callable[[Any, Facts], Sequence[str]] | None = None
