"""Which conditions of a rule decided about one member: what to show when somebody asks why."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from portal.audience.queries.criterion import known
from portal.audience.queries.facts import Facts
from portal.audience.queries.segments import Condition, Rule, matches


@dataclass(frozen=True, slots=True)
class Decided:
    """A condition that had its part in it, and whether it holds for the member."""

    condition: Condition
    holds: bool


def deciding(rule: Rule, facts: Facts, now: datetime) -> Iterator[Decided]:
    """The conditions because of which a rule selects this member, or does not. Where one of several was enough, all
    those that were; what made no difference is left out. One that holds stands as the plainer ones that it comes down
    to, if it knows them."""
    holds = matches(rule, facts, now)
    if isinstance(rule, Condition):
        because = known()[rule.name].because if holds else None
        plainer = because(rule.value, facts, now) if because else ()
        yield from (Decided(Condition(name, value), True) for name, value in plainer)
        if not plainer:
            yield Decided(rule, holds)
        return
    settled = holds != (rule.kind == "none")  # whether the parts that hold, or those that do not, made it so
    for part in rule.rules:
        if matches(part, facts, now) == settled:
            yield from deciding(part, facts, now)
