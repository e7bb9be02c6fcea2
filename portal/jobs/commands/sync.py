"""`portal jobs sync`: ask the boards now, and see what they list as a table."""

import json
import sys
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

import click
from sqlalchemy import select

from portal import clock
from portal.db import db
from portal.jobs import tasks
from portal.jobs.actions import syncing
from portal.jobs.models import Board, SyncRun
from portal.jobs.queries import problems
from portal.languages import speaking

COLUMNS = ("new", "changed", "same", "unclear", "missing", "closed")
SHOWN = {"new": "new", "changed": "changed", "back": "open again", "missing": "missing", "waiting": "gone, not closed",
         "closed": "closed", "left_out": "left out"}  # fmt: skip
FIELDS = {"work_modes": "work mode", "places": "place", "countries": "where one may live"}


@click.command()
@click.option("--dry-run", is_flag=True, help="Ask and compare; change nothing.")
@click.option("--json", "machine", is_flag=True, help="For a script.")
@click.option("--board", "name", help="Only this one, by its name in boards.yml.")
def sync(dry_run: bool, machine: bool, name: str | None) -> None:
    """Ask every board for its list, and bring it in. One that fails keeps none of the others back."""
    now = clock.now()
    with speaking("en"):
        reports = [_report(board, run) for board, run in _asked(_boards(name), now, dry_run)]
    if machine:
        click.echo(json.dumps(reports, indent=2, ensure_ascii=False))
    else:
        click.echo("\n".join(_in_words(reports, dry_run)))
    failed = [report for report in reports if report["problem"]]
    if failed:
        raise click.ClickException(f"{len(failed)} of {len(reports)} boards could not be read as they should.")


def _boards(name: str | None) -> Sequence[int]:
    rows = select(Board.id).where(Board.removed_at.is_(None)).order_by(Board.id)
    found = db.session.scalars(rows.where(Board.name == name) if name else rows).all()
    if name and not found:
        known = db.session.scalars(select(Board.name).where(Board.removed_at.is_(None)).order_by(Board.name)).all()
        raise click.ClickException(f"There is no board {name}: choose one of {', '.join(known) or '(none yet)'}.")
    if not found:
        raise click.ClickException("There is no board yet: name one in boards.yml, and run `portal content sync`.")
    return found


def _asked(ids: Sequence[int], now: datetime, dry_run: bool) -> Iterator[tuple[Board, SyncRun | None]]:
    """Each board with what was found; None where somebody else asks it now."""
    with click.progressbar(ids, label="Asking", file=sys.stderr) as bar:
        for id in bar:
            if dry_run:
                board = db.session.get_one(Board, id)
                yield board, syncing.settle(board, tasks.fetch(syncing.order(board)), now)
                db.session.rollback()
                continue
            taken = syncing.claim(id, now)
            db.session.commit()
            run = tasks.ask(taken, now) if taken else None
            yield db.session.get_one(Board, id), run


def _report(board: Board, run: SyncRun | None) -> dict[str, Any]:
    said = {"board": board.title, "source": board.source, "name": board.name}
    if run is None:
        return {**said, "problem": "busy", "words": "Somebody asks this board right now: try again in some minutes."}
    rows = [{**row, "why": problems.why(row["why"])} if "why" in row else row for row in run.rows]
    key = run.problem.partition(":")[0]
    counts = {**dict.fromkeys(COLUMNS, 0), **run.counts}
    return {**said, "problem": key, "words": problems.in_words(run.problem), "counts": counts, "rows": rows,
            "waiting": len(board.waiting)}  # fmt: skip


def _in_words(reports: Sequence[dict[str, Any]], dry_run: bool) -> Iterator[str]:
    width = max(len(report["board"]) for report in reports)
    yield f"{'':<{width}}  " + "  ".join(f"{name:>7}" for name in COLUMNS)
    for report in reports:
        counts = report.get("counts", {})
        yield f"{report['board']:<{width}}  " + "  ".join(f"{counts.get(name, '-'):>7}" for name in COLUMNS)
    for report in reports:
        yield from _about(report)
    if dry_run:
        yield "\nNothing was changed: this was a dry run."


def _about(report: dict[str, Any]) -> Iterator[str]:
    """What there is to say of one board besides numbers."""
    lines = [line for row in report.get("rows", ()) if (line := _line(row))]
    if not lines and not report["words"] and not report.get("waiting"):
        return
    yield f"\n{report['board']} ({report['source']}: {report['name']})"
    if report["words"]:
        yield f"  {report['words']}"
    yield from lines
    if report.get("waiting"):
        yield f"  {report['waiting']} openings are gone at once. Are they over? Close them at the desk, under Boards."


def _line(row: dict[str, Any]) -> str:
    unclear = [FIELDS.get(field, field) for field in row["unclear"]]
    if row["change"] == "same" and not unclear and not row.get("why"):
        return ""
    notes = [f"unclear: {', '.join(unclear)}" if unclear else "", row.get("why", "")]
    words = f"  {SHOWN.get(row['change'], 'same'):<16}  {row['title'] or '(no title)'}"
    return "  ".join(filter(None, [words, *notes]))
