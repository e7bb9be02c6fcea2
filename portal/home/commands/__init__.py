"""`portal content`: is what is in the content folder right, bring it into the database, write the desk's into it."""

import json
from collections.abc import Sequence
from dataclasses import asdict, replace
from pathlib import Path

import click

from portal import clock, content, schema
from portal.config import settings
from portal.content import Desk, Problem
from portal.db import db
from portal.home.commands.exporting import export
from portal.home.commands.table import said
from portal.insights.files import desk as at_desk
from portal.jobs.files import desk as openings

folder = click.option(
    "--dir", "folder", type=click.Path(exists=True, file_okay=False, path_type=Path), help="Another content folder."
)
as_json = click.option("--json", "machine", is_flag=True, help="For a script.")


@click.group("content")
def group() -> None:
    """What stands in the content folder: insights, pages, newsletters, segments, what can be chosen."""


group.add_command(export)


@group.command()
@folder
@as_json
def check(folder: Path | None, machine: bool) -> None:
    """Name every mistake: file, line and mend. Reads files only, so it needs no database."""
    folder = folder or settings().content_dir
    problems = sorted({*_problems(folder), *_short(content.late_all(folder, clock.now()))})
    counts = _counts(folder)
    if machine:
        click.echo(json.dumps({"problems": [asdict(p) for p in problems], "files": counts}, indent=2))
    elif problems:
        _show(problems)
    else:
        click.echo(f"The content is fine: {', '.join(counted(n, name) for name, n in counts.items() if n)}.")
    if problems:
        raise SystemExit(1)


@group.command()
@folder
@click.option("--dry-run", is_flag=True, help="Say what would change, and change nothing.")
@as_json
def sync(folder: Path | None, dry_run: bool, machine: bool) -> None:
    """Bring what changed into the database: all of it, or nothing if there is a mistake."""
    schema.require_current()
    folder = folder or settings().content_dir
    if problems := _problems(folder, {**at_desk(), **openings()}):
        _show(problems)
        raise click.ClickException("Nothing was changed: mend these first.")
    done = content.sync_all(folder, clock.now())
    if dry_run:
        db.session.rollback()
    else:
        db.session.commit()
    click.echo(said(done, dry_run, machine))


def counted(number: int, name: str) -> str:
    """A number of things: "1 page", "3 pages"."""
    return f"{number} {name}" if number == 1 else f"{number} {name}{'es' if name.endswith('s') else 's'}"


def _problems(folder: Path, desk: Desk = content.NOTHING) -> list[Problem]:
    return _short(content.check_all(folder, desk))


def _short(problems: Sequence[Problem]) -> list[Problem]:
    """The same, with paths as short as they can be from here."""
    here = Path.cwd()
    return [
        replace(problem, file=str(Path(problem.file).resolve().relative_to(here)))
        if Path(problem.file).resolve().is_relative_to(here)
        else problem
        for problem in problems
    ]


def _show(problems: Sequence[Problem]) -> None:
    for problem in problems:
        click.echo(str(problem))
    files = len({problem.file for problem in problems})
    click.echo(f"{counted(len(problems), 'problem')} in {counted(files, 'file')}.")


def _counts(folder: Path) -> dict[str, int]:
    return {kind.name: len(content.files(folder, kind.pattern)) for kind in content.kinds()}
