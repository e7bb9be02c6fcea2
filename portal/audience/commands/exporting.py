"""`portal members export`: members as a CSV that can be imported again."""

import csv
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

import click

from portal import clock, schema
from portal.audience.commands.members import group
from portal.audience.files import all_segments
from portal.audience.queries import Rule, exporting
from portal.config import settings
from portal.db import db

EVERY = 50_000


@group.command("export", short_help="Write members to a CSV file.")
@click.argument("file")
@click.option("--segment", help="Only whom this segment selects.")
@click.option("--bom", is_flag=True, help="Begin with a byte order mark: Excel then reads it as UTF-8.")
def export(file: str, segment: str | None, bom: bool) -> None:
    """Write members to FILE (- for standard output), in the columns that import reads.

    Without pay floor, phone, own words and the people somebody hides from: those are shown to nobody.
    """
    schema.require_current()
    now, rule = clock.now(), _rule(segment)
    total = exporting.count(rule, now)
    with _target(file, "utf-8-sig" if bom else "utf-8") as target:
        writer = csv.writer(target, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
        writer.writerow(exporting.COLUMNS)
        for row in _progress(exporting.rows(rule, now), total):
            writer.writerow(row)
    db.session.rollback()
    click.echo(f"{total} members were written.", err=True)


def _rule(segment: str | None) -> Rule | None:
    if segment is None:
        return None
    segments = all_segments(settings().content_dir)
    if segment not in segments:
        raise click.ClickException(f"There is no segment {segment}: choose one of {', '.join(sorted(segments))}.")
    return segments[segment].rule


@contextmanager
def _target(file: str, encoding: str) -> Iterator[TextIO]:
    """A new file that only its owner reads, and that is not there if it is not whole; or standard output."""
    if file == "-":
        yield click.open_file("-", "w", encoding=encoding)  # type: ignore[misc]
        return
    part = Path(f"{file}.part")
    if Path(file).exists():
        raise click.ClickException(f"{file} is there already: choose another name, or move it away.")
    try:
        with open(
            os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding=encoding, newline=""
        ) as out:
            yield out
        part.rename(file)
    except OSError as error:
        raise click.ClickException(f"{file} cannot be written: {error.strerror}.") from None
    finally:
        part.unlink(missing_ok=True)


def _progress(rows: Iterator[list[str]], total: int) -> Iterator[list[str]]:
    if sys.stderr.isatty():
        with click.progressbar(rows, length=total, label="Exporting", file=sys.stderr) as bar:
            yield from bar
        return
    for number, row in enumerate(rows, 1):
        yield row
        if number % EVERY == 0:
            click.echo(f"{number} of {total} are written.", err=True)
