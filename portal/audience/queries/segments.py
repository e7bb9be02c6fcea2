"""The rules of segments: a small typed tree, from YAML or JSON, to SQL, to a sentence.

    all: [{interest: [calibration]}, {none: [{career_stage: [not_looking]}]}]

`all` of its conditions hold (none given: everyone), `any` of them holds (none given: nobody), `none` of them holds
(none given: everyone). No SQL, column or order comes from the author (W-20); what nobody may be chosen by is refused
by name (P9).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import reduce
from itertools import count
from typing import Any, Literal, TypeAlias, cast

from pydantic import ValidationError
from sqlalchemy import ColumnElement, and_, false, not_, or_, true

from portal.audience.queries.criterion import known
from portal.audience.queries.facts import Facts
from portal.audience.queries.protected import why_not
from portal.content import near
from portal.languages import gettext as _

GROUPS = ("all", "any", "none")
MAX_DEPTH = 8
MAX_NODES = 100
MAX_VALUES = 100

Path: TypeAlias = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Group:
    """Rules that hold together: all of them, any of them, or none of them."""

    kind: Literal["all", "any", "none"]
    rules: tuple["Rule", ...]


@dataclass(frozen=True, slots=True)
class Condition:
    """One question with the values that were asked for, checked by its criterion."""

    name: str
    value: Any


Rule: TypeAlias = Group | Condition


class SegmentError(ValueError):
    """What is wrong with a rule and how to mend it, and where: `path` leads to it from the rule's root."""

    def __init__(self, path: Path, words: str) -> None:
        steps = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in path).lstrip(".")
        super().__init__(f"`{steps[:200]}` {words}" if path else f"a rule {words}")
        self.path = path


def parse(data: object) -> Rule:
    """A rule from what YAML or JSON holds. Raises SegmentError."""
    return _node(data, (), 1, count(1))


def _node(data: object, path: Path, depth: int, nodes: Iterator[int]) -> Rule:
    if next(nodes) > MAX_NODES:
        raise SegmentError(path, f"is one condition too many: a rule has at most {MAX_NODES}")
    if depth > MAX_DEPTH:
        raise SegmentError(path, f"is too deep: conditions stand inside each other at most {MAX_DEPTH} times")
    if not isinstance(data, dict) or len(data) != 1:
        raise SegmentError(path, "must be one condition, such as `interest: [calibration]`; join several under `all:`")
    [(name, value)] = data.items()
    if name not in GROUPS:
        return _condition(name, value, path)
    if not isinstance(value, list):
        raise SegmentError((*path, name), "must be a list of conditions, each begun with `- ` on a line of its own")
    kind = cast(Literal["all", "any", "none"], name)
    return Group(kind, tuple(_node(item, (*path, name, i), depth + 1, nodes) for i, item in enumerate(value)))


def _condition(name: object, value: object, path: Path) -> Condition:
    criterion = known().get(name) if isinstance(name, str) else None
    here = (*path, str(name)[:60])
    if criterion is None:
        raise SegmentError(here, _unknown(str(name)[:60]))
    if isinstance(value, list) and len(value) > MAX_VALUES:
        raise SegmentError(here, f"has more than {MAX_VALUES} values: split it")
    try:
        return Condition(criterion.name, criterion.schema.validate_python(value))
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        words = first["msg"].removeprefix("Value error, ")
        words = "take it out, nothing is called so" if first["type"] == "extra_forbidden" else words
        raise SegmentError((*here, *first["loc"]), f"cannot be used: {words[0].lower()}{words[1:]}") from None


def _unknown(name: str) -> str:
    if reason := why_not(name):
        return reason
    names = sorted([*known(), *GROUPS])
    return f"is nothing we know: {near(name, names, 'there are ' + ', '.join(names))}"


def dump(rule: Rule) -> dict[str, Any]:
    """A rule as JSON can hold it; `parse` reads it back."""
    if isinstance(rule, Group):
        return {rule.kind: [dump(part) for part in rule.rules]}
    return {rule.name: known()[rule.name].schema.dump_python(rule.value, mode="json", exclude_none=True)}


def conditions(rule: Rule, path: Path = ()) -> Iterator[tuple[Path, Condition]]:
    """Every condition of a rule with the path to its value."""
    if isinstance(rule, Condition):
        yield (*path, rule.name), rule
        return
    for i, part in enumerate(rule.rules):
        yield from conditions(part, (*path, rule.kind, i))


def segment_clause(rule: Rule, now: datetime) -> ColumnElement[bool]:
    """The rule over `eligibility`, for a WHERE or a CASE. Never NULL. `now`: aware; what `joined` counts back from."""
    if isinstance(rule, Condition):
        return known()[rule.name].compile(rule.value, now)
    parts = [segment_clause(part, now) for part in rule.rules]
    if rule.kind == "all":
        return and_(true(), *parts)
    return or_(false(), *parts) if rule.kind == "any" else not_(or_(false(), *parts))


def matches(rule: Rule, facts: Facts, now: datetime) -> bool:
    """Whether a rule selects one member: the plain twin of `segment_clause`."""
    if isinstance(rule, Condition):
        return known()[rule.name].evaluate(rule.value, facts, now)
    held = (matches(part, facts, now) for part in rule.rules)
    return all(held) if rule.kind == "all" else any(held) == (rule.kind == "any")


def say(rule: Rule) -> str:
    """The rule as a sentence: "Members who are interested in Calibration, and would accept remote work." """
    if isinstance(rule, Group) and not rule.rules:
        return _("Nobody.") if rule.kind == "any" else _("Every member.")
    return _("Members who %(do_or_are)s.", do_or_are=_predicate(rule, top=True))


def _predicate(rule: Rule, top: bool = False) -> str:
    """What follows "who"; several are kept together by brackets unless they are all there is."""
    if isinstance(rule, Condition):
        return known()[rule.name].say(rule.value)
    if not rule.rules:
        return _("are anybody") if rule.kind != "any" else _("are nobody")
    parts = [_predicate(part) for part in rule.rules]
    if rule.kind == "none":
        others = [_("members who %(do_or_are)s", do_or_are=part) for part in parts]
        return _neither(others) if len(others) > 1 else _("are not %(others)s", others=others[0])
    joined = reduce(_and if rule.kind == "all" else _or, parts)
    return joined if top or len(parts) == 1 else f"({joined})"


def _and(one: str, other: str) -> str:
    return _("%(one)s, and %(other)s", one=one, other=other)


def _or(one: str, other: str) -> str:
    return _("%(one)s, or %(other)s", one=one, other=other)


def _neither(others: Sequence[str]) -> str:
    listed = reduce(lambda one, other: _("%(one)s nor %(other)s", one=one, other=other), others)
    return _("are neither %(others)s", others=listed)
