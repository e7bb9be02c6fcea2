"""What was typed into the segment builder: its lines, as they are filled in, and the rule that they make.

Each line has a key, "0.1" for the second of the first block, and its fields begin with it. Nothing that was typed is
lost: what cannot be used stays as it is, with what to mend beside it.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import yaml
from pydantic import ValidationError
from werkzeug.datastructures import MultiDict

from portal.audience.forms.segments_values import filled
from portal.audience.queries.building import Blocks, Line, blocks_of, rule_of
from portal.audience.queries.criterion import known
from portal.audience.queries.segments import MAX_NODES, Rule
from portal.languages import gettext as _

MOST_LINES = MAX_NODES // 2


@dataclass
class Typed:
    """A line as it is on the page. `values`: what is ticked or named; `more`: what was typed to add to it; `blanks`: by
    their key. `problem`: what to mend. `new`: it was added just now, and the reader is led to it."""

    name: str
    holds: bool = True
    values: list[str] = field(default_factory=list)
    more: str = ""
    blanks: dict[str, str] = field(default_factory=dict)
    problem: str = ""
    new: bool = False

    @property
    def empty(self) -> bool:
        """Nothing has been filled in yet."""
        return not (self.values or self.more.strip() or any(value.strip() for value in self.blanks.values()))


@dataclass
class Builder:
    """All lines of the page, block by block. `whole`: it is to be saved, so that a line that is empty is a mistake."""

    blocks: list[list[Typed]]
    whole: bool = False

    @classmethod
    def of(cls, rule: Rule) -> "Builder | None":
        """The lines of a rule; None for a rule that lines cannot say, exactly as it is."""
        blocks = blocks_of(rule)
        if blocks is None or sum(map(len, blocks)) > MOST_LINES:
            return None
        builder = cls([[_typed(line) for line in block] for block in blocks])
        return builder if builder.lines() == blocks else None

    @classmethod
    def read(cls, form: MultiDict[str, str]) -> "Builder":
        """The lines that a form sent."""
        blocks: dict[str, list[Typed]] = {}
        for key in form.getlist("line")[:MOST_LINES]:
            name = form.get(f"{key}:what", "")
            if name in known():
                blocks.setdefault(key.partition(".")[0], []).append(_read(form, key, name))
        return cls(list(blocks.values()))

    def each(self) -> Iterator[tuple[str, Typed]]:
        """Every line with its key."""
        for b, block in enumerate(self.blocks):
            for i, line in enumerate(block):
                yield f"{b}.{i}", line

    def add(self, name: str, block: int | None = None) -> None:
        """Another line; in a block as one that may hold instead of its others."""
        if name not in known() or sum(map(len, self.blocks)) >= MOST_LINES:
            return
        line = Typed(name, new=True)
        if block is None or not 0 <= block < len(self.blocks):
            self.blocks.append([line])
        else:
            self.blocks[block].append(line)

    def remove(self, key: str) -> None:
        """Take a line away, with its block if it was the last there."""
        gone = dict(self.each()).get(key)
        self.blocks = [left for block in self.blocks if (left := [line for line in block if line is not gone])]

    def settle(self) -> None:
        """Put what was typed to be added with the rest, where it can be used."""
        for _key, line in self.each():
            value = _value(line)
            if value is not None and line.more:
                self._replace(line, _typed(Line(line.name, value, line.holds)))

    def lines(self) -> Blocks:
        """What can be used of them: lines that are still empty are left out, those with a mistake say so."""
        found = []
        for block in self.blocks:
            usable = []
            for line in block:
                line.problem = _("Fill this line in, or remove it.") if self.whole and line.empty else ""
                value = _value(line)
                if value is not None:
                    usable.append(Line(line.name, value, line.holds))
            if usable:
                found.append(tuple(usable))
        return tuple(found)

    def rule(self) -> Rule:
        """The rule that the usable lines make."""
        return rule_of(self.lines())

    @property
    def problems(self) -> Sequence[tuple[str, str]]:
        """What is to be mended, by the key of the line."""
        return [(key, line.problem) for key, line in self.each() if line.problem]

    @property
    def unfinished(self) -> int:
        """How many lines are empty or cannot be used."""
        return sum(line.empty or bool(line.problem) for _, line in self.each())

    def _replace(self, line: Typed, other: Typed) -> None:
        other.new = line.new
        for block in self.blocks:
            block[:] = [other if each is line else each for each in block]


def _typed(line: Line) -> Typed:
    ask = known()[line.name].ask
    value = known()[line.name].schema.dump_python(line.value, mode="json", exclude_none=True)
    found = Typed(line.name, line.holds)
    if ask is None or ask.kind == "text" or not isinstance(value, list | dict):
        found.more = yaml.safe_dump(value, allow_unicode=True, default_flow_style=True, width=10_000).strip()
        found.more = found.more.removesuffix("...").strip()
    elif isinstance(value, Mapping):
        found.blanks = {str(key): str(part) for key, part in value.items()}
    else:
        found.values = [str(part) for part in value]
    return found


def _read(form: MultiDict[str, str], key: str, name: str) -> Typed:
    ask = known()[name].ask
    blanks = {blank.key: form.get(f"{key}:{blank.key}", "").strip() for blank in (ask.blanks if ask else ())}
    return Typed(
        name,
        form.get(f"{key}:is") != "no",
        list(dict.fromkeys(form.getlist(f"{key}:value")))[:200],
        form.get(f"{key}:more", "")[:10_000],
        blanks,
    )


def _value(line: Typed) -> Any:
    """The value that a line makes, or None: it is empty, or `problem` says what to mend."""
    if line.empty:
        return None
    criterion = known()[line.name]
    try:
        return criterion.schema.validate_python(filled(criterion.ask, line.values, line.more, line.blanks))
    except ValidationError:
        said = criterion.ask.mend if criterion.ask else ""
        line.problem = str(said or _("This cannot be used here. Fill it in anew, or remove the line."))
    except ValueError as error:
        line.problem = str(error)
    return None
