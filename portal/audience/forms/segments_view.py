"""The lines of the segment builder as a page shows them: with everything that can be chosen, and what is chosen."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from portal.audience.forms.segments import Builder, Typed
from portal.audience.forms.segments_values import names
from portal.audience.queries.ask import Ask
from portal.audience.queries.building import title
from portal.audience.queries.criterion import known
from portal.audience.queries.values import either
from portal.languages import gettext as _
from portal.languages import lazy_gettext as _l

UNASKED = Ask(title="", holds=_l("meet"), holds_not=_l("do not meet"), kind="text")
"""How a criterion is asked for that has no description of its own."""


@dataclass(frozen=True, slots=True)
class Choice:
    """Something that can be ticked."""

    value: str
    name: str
    ticked: bool


@dataclass(frozen=True, slots=True)
class Shown:
    """One line. `id` is its key as HTML can have it; `groups`: choices under headings; `suggested`: names for what is
    typed; `said`: what is chosen, in words, if anything; `few`: so few choices that they are always shown; `open`: they
    are shown from the start."""

    key: str
    id: str
    block: int
    line: Typed
    title: str
    ask: Ask
    groups: Sequence[tuple[str, Sequence[Choice]]]
    suggested: Sequence[str]
    said: str
    few: bool
    open: bool


def shown(builder: Builder) -> list[list[Shown]]:
    """Every line, block by block."""
    return [
        [_shown(f"{b}.{i}", b, line) for i, line in enumerate(block)] for b, block in enumerate(builder.blocks)
    ]  # fmt: skip


def criteria() -> list[tuple[str, str]]:
    """Everything that can be asked, by name, with its title."""
    return [(name, title(name)) for name in known()]


def _shown(key: str, block: int, line: Typed) -> Shown:
    ask = known()[line.name].ask or UNASKED
    options = names(ask) if ask.kind in {"ticks", "words"} else {}
    called = ask.called(line.values) if ask.called else {}
    groups = list(_groups(ask, line, options))
    few = sum(len(group) for _heading, group in groups) <= 12
    return Shown(
        key=key,
        id="line-" + key.replace(".", "-"),
        block=block,
        line=line,
        title=title(line.name),
        ask=ask,
        groups=groups,
        suggested=list(options.values()) if ask.kind == "words" else (),
        said=_said(line, ask, {**called, **options}),
        few=few,
        open=line.empty or bool(line.problem) or line.new,
    )


def _groups(ask: Ask, line: Typed, options: dict[str, str]) -> Iterator[tuple[str, Sequence[Choice]]]:
    if ask.kind == "ticks":
        for heading, group in ask.options():
            yield heading, [Choice(value, name, value in line.values) for value, name in group]
        if gone := [value for value in line.values if value not in options]:
            called = ask.called(gone) if ask.called else {}
            yield _("No longer on our list"), [Choice(value, called.get(value, value), True) for value in gone]
    elif line.values:
        yield "", [Choice(value, options.get(value, value), True) for value in line.values]


def _said(line: Typed, ask: Ask, options: dict[str, str]) -> str:
    """What is chosen, as the rest of the sentence that the line begins."""
    if ask.kind in {"ticks", "words"}:
        return either([options.get(value, value) for value in line.values]) if line.values else ""
    return ""
