"""Where segments are used: what the slices know that send to them, handed over by wiring.py."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from flask import current_app


@dataclass(frozen=True, slots=True)
class Use:
    """Something that names a segment, or went to it. `path`: where it stands at the desk; `at`: when it goes or went,
    None for words that are not to be sent yet. `binds`: the segment cannot be deleted because of it."""

    title: str
    path: str
    at: datetime | None = None
    binds: bool = True


Uses = Callable[[datetime], Mapping[str, Sequence[Use]]]
"""Everything that uses a segment, by the segment's slug, the newest first; in a few statements for all of them."""


def uses(now: datetime) -> dict[str, list[Use]]:
    """Where each segment is used, by its slug; none that is used nowhere."""
    offered: Sequence[Uses] = current_app.extensions["uses"]
    found: dict[str, list[Use]] = {}
    for ask in offered:
        for slug, used in ask(now).items():
            found.setdefault(slug, []).extend(used)
    return found
