"""What an import says: how far it is, what became of each row, and what there is to mend."""

import json
import sys
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from typing import Any

import click

from portal.audience.actions.importing.bring import Piece
from portal.audience.actions.importing.columns import Columns
from portal.audience.actions.importing.problems import Problem
from portal.audience.actions.importing.proof import REASONS

SHOWN = 20
EVERY = 50_000
WORDS = {
    "member": "new members",
    "invited": "cannot be mailed",
    "already_member": "are members already, and stay as they are",
    "already_invited": "were known as people who cannot be mailed",
    "again": "name a person of this file again",
    "erased": "were erased, and do not come back",
    "suppressed": "must not be written to",
    "blocked": "were blocked where they come from, and are now here",
    "left": "unsubscribed where they come from; nothing of them was kept",
    "wrong": "could not be read",
}
"""What becomes of a row, in words. Each row is in one of these."""


class Problems:
    """What there is to say about rows: the first some for a person to read, all of them, on disk, for a script."""

    def __init__(self) -> None:
        self.first, self.count = list[Problem](), 0
        self.file = tempfile.TemporaryFile("w+", encoding="utf-8")  # noqa: SIM115  # closed by `close`

    def add(self, problems: Iterable[Problem]) -> None:
        """Keep them."""
        for problem in problems:
            self.count += 1
            self.first += [problem] if len(self.first) < SHOWN else []
            self.file.write(json.dumps(asdict(problem), ensure_ascii=False) + "\n")

    def all(self) -> Iterator[str]:
        """Each as JSON."""
        self.file.seek(0)
        return (line.rstrip("\n") for line in self.file)

    def close(self) -> None:
        """Forget them."""
        self.file.close()


@contextmanager
def progress(pieces: Iterable[Piece], lines: int) -> Iterator[Iterator[Piece]]:
    """Pieces as they come, with a bar on a terminal and a line now and then elsewhere; on stderr in either case."""
    if not sys.stderr.isatty():
        yield _in_lines(pieces)
        return
    with click.progressbar(length=max(lines, 1), label="Importing", file=sys.stderr) as bar:

        def moving() -> Iterator[Piece]:
            before = 0
            for piece in pieces:
                yield piece
                bar.update(piece.line - before)
                before = piece.line

        yield moving()


def _in_lines(pieces: Iterable[Piece]) -> Iterator[Piece]:
    for piece in pieces:
        yield piece
        if piece.end % EVERY < len(piece.people) + sum(piece.counts.values()):
            click.echo(f"{piece.end} rows are done.", err=True)


def say(counts: Counter[str], columns: Columns, problems: Problems, facts: dict[str, Any]) -> None:
    """The whole result as JSON. All problems go through without being held at once."""
    reasons = {name.partition(":")[2]: n for name, n in sorted(counts.items()) if ":" in name}
    rows = {name: counts[name] for name in WORDS}
    result = facts | {
        "rows": sum(rows.values()), "counts": rows, "cannot_be_mailed": reasons,
        "columns": columns.shown, "unused": columns.unused,
    }  # fmt: skip
    click.echo(json.dumps(result, ensure_ascii=False, indent=1).rstrip("}\n") + ',\n "problems": [', nl=False)
    for number, line in enumerate(problems.all()):
        click.echo(("," if number else "") + "\n  " + line, nl=False)
    click.echo("\n ]\n}")


def tell(counts: Counter[str], columns: Columns, problems: Problems, dry_run: bool) -> None:
    """The same in words."""
    for problem in problems.first:
        click.echo(str(problem))
    if problems.count > len(problems.first):
        click.echo(f"… and {problems.count - len(problems.first)} more: --json lists them all.")
    click.echo(f"{sum(counts[name] for name in WORDS)} rows:")
    for name, words in WORDS.items():
        if counts[name]:
            click.echo(f"{counts[name]:>9} {words}")
        if name == "invited":
            for reason, why in REASONS.items():
                if number := counts[f"invited:{reason}"]:
                    click.echo(f"{number:>17} {why}")
    read = [f"{ours} from “{theirs}”" for ours, theirs in columns.shown.items()]
    click.echo(f"Read: {', '.join(read)}.")
    if columns.unused:
        click.echo(f"Read for nothing: {_some(columns.unused)}.")
    if columns.listmonk and "subscription_status" not in columns.of and "consent_time" not in columns.of:
        click.echo("listmonk's own export does not say who confirmed, and when: docs/import.md has a query that does.")
    if dry_run:
        click.echo("Nothing was changed: this was a dry run.")
    elif counts["invited"]:
        click.echo("Whoever cannot be mailed may be handed a link: `portal members invitations` lists them.")


def _some(names: tuple[str, ...]) -> str:
    return ", ".join(names[:12]) + (f" and {len(names) - 12} more columns" if len(names) > 12 else "")
