"""What a command did to pieces and files, in lines for people and as JSON for scripts."""

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from portal.content import Synced

ALWAYS = ("new", "changed", "removed", "same")
DRY = ". Nothing was changed: this was a dry run."


def said(done: Sequence[Synced], dry_run: bool, machine: bool) -> str:
    """Each piece with what was done to it, and the sums."""
    if machine:
        return json.dumps([{k: v for k, v in asdict(one).items() if v} for one in done], indent=2, ensure_ascii=False)
    lines = [_line(one) for one in done if one.change != "same" or one.note]
    counts: Counter[str] = Counter(one.change for one in done)
    found: list[Any] = [f"{counts[change]} {change}" for change in ALWAYS]
    found += [f"{counts['desk']} at the desk"] if counts["desk"] else []
    return "\n".join([*lines, ", ".join(found) + (DRY if dry_run else ".")])


def _line(one: Synced) -> str:
    return f"{one.change:<8} {one.kind:<9} {one.slug}" + (f": {one.note}" if one.note else "")
