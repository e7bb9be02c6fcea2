"""A rule as lines that a person can fill in: all blocks hold, in a block any of its lines, each line is or is not."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from portal.audience.queries.criterion import known
from portal.audience.queries.segments import Condition, Group, Rule


@dataclass(frozen=True, slots=True)
class Line:
    """One criterion with the value that was asked for, and whether it has to hold or must not."""

    name: str
    value: Any
    holds: bool = True


Blocks: TypeAlias = tuple[tuple[Line, ...], ...]


def blocks_of(rule: Rule) -> Blocks | None:
    """The lines that say what a rule says; None for one of another shape, which only text can say."""
    if isinstance(rule, Group) and rule.kind == "all":
        parts = [_block(part) for part in rule.rules]
        return None if None in parts else tuple(block for part in parts if part for block in part)
    return _block(rule)


def rule_of(blocks: Blocks) -> Rule:
    """The rule that lines say, in the shortest way: what stands alone is not wrapped."""
    return _joined("all", [_joined("any", [_condition(line) for line in block]) for block in blocks])


def same(one: Rule, other: Rule) -> bool:
    """Whether two rules are the same lines: what stands alone may be wrapped in one and not in the other."""
    lines = blocks_of(one)
    return one == other or (lines is not None and lines == blocks_of(other))


def title(name: str) -> str:
    """What a criterion asks about: "What interests them"."""
    ask = known()[name].ask
    return str(ask.title) if ask else name.replace("_", " ").capitalize()


def _block(rule: Rule) -> Blocks | None:
    """One block; or several, for none of several: each of them does not hold."""
    if isinstance(rule, Group) and rule.kind == "none":
        if not all(isinstance(part, Condition) for part in rule.rules):
            return None
        return tuple((Line(part.name, part.value, False),) for part in rule.rules if isinstance(part, Condition))
    lines = [_line(part) for part in (rule.rules if isinstance(rule, Group) else [rule])]
    if not lines or (isinstance(rule, Group) and rule.kind == "all") or None in lines:
        return None
    return (tuple(line for line in lines if line),)


def _line(rule: Rule) -> Line | None:
    if isinstance(rule, Condition):
        return Line(rule.name, rule.value)
    if rule.kind == "none" and len(rule.rules) == 1 and isinstance(rule.rules[0], Condition):
        return Line(rule.rules[0].name, rule.rules[0].value, False)
    return None


def _condition(line: Line) -> Rule:
    condition = Condition(line.name, line.value)
    return condition if line.holds else Group("none", (condition,))


def _joined(kind: Any, rules: Sequence[Rule]) -> Rule:
    return rules[0] if len(rules) == 1 else Group(kind, tuple(rules))
