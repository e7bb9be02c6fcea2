"""What a segment may ask: one kind of question, and the list of them."""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, TypeVar

from flask import current_app
from pydantic import TypeAdapter
from sqlalchemy import ColumnElement

from portal.audience.queries.ask import Ask
from portal.audience.queries.facts import Facts
from portal.audience.queries.protected import why_not

V = TypeVar("V")


@dataclass(frozen=True)
class Criterion(Generic[V]):
    """One thing a segment can ask. Only what the person has been told may be asked (P9).

    `schema` checks the value that an author writes. `compile` and `evaluate` answer alike, over the `eligibility`
    table and over one member's facts; the expression is never NULL, since a rule may turn it round, and `compile` may
    look up what can be chosen. `say` reads the value aloud as what follows "Members who", in the language that is
    spoken. `ask`: how the desk asks for the value; without one it is asked for as text. `because`: of somebody for whom
    it holds, the plainer conditions (name and value of a criterion) that it comes down to for them, to tell them why.
    """

    name: str
    schema: TypeAdapter[V]
    compile: Callable[[V, datetime], ColumnElement[bool]]
    evaluate: Callable[[V, Facts, datetime], bool]
    say: Callable[[V], str]
    ask: Ask | None = None
    because: Callable[[V, Facts, datetime], Sequence[tuple[str, Any]]] | None = None


class Criteria(dict[str, Criterion[Any]]):
    """The criteria by name. Raises ValueError for a protected name or one that is taken: the app does not start."""

    def __init__(self, criteria: Iterable[Criterion[Any]]) -> None:
        super().__init__()
        for criterion in criteria:
            if reason := why_not(criterion.name):
                raise ValueError(f"the criterion {criterion.name} {reason}")
            if not re.fullmatch("[a-z]+(_[a-z]+)*", criterion.name):
                raise ValueError(
                    f"the criterion {criterion.name!r} is called by small letters from a to z, and _ between words"
                )
            if criterion.name in {*self, "all", "any", "none"}:
                raise ValueError(f"there are two criteria called {criterion.name}")
            self[criterion.name] = criterion


def known() -> Criteria:
    """The criteria of the running app: audience's own, and what other slices handed to wiring.py."""
    criteria: Criteria = current_app.extensions["criteria"]
    return criteria
