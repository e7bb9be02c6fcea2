"""`portal members import`: people from a CSV file, without wronging anybody."""

from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from datetime import datetime
from pathlib import Path

import click
import structlog

from portal import clock, links, schema
from portal.audience.actions import restoring
from portal.audience.actions.importing import bring, runs, store
from portal.audience.actions.importing.columns import KNOWN, LISTMONK_WAY, Columns, match
from portal.audience.actions.importing.people import Reader, choices
from portal.audience.actions.importing.problems import BadColumns, BadFile
from portal.audience.actions.importing.proof import LONGEST_WAY, Rules
from portal.audience.actions.importing.source import Source, look
from portal.audience.commands.members import as_json, group
from portal.audience.commands.report import WORDS, Problems, progress, say, tell
from portal.audience.models import ASKED
from portal.db import db

TRIES = 5
log = structlog.get_logger(__name__)


@group.command("import", short_help="Bring people in from a CSV file.")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--map", "given", multiple=True, metavar="OUR=THEIRS", help="Read one of our columns from one of theirs.")
@click.option("--proof", "way", default="", metavar="WAY", help="How they agreed, where the file does not say so.")
@click.option(
    "--for", "purposes", multiple=True, type=click.Choice(ASKED), default=["newsletter"],
    help="What they agreed to, where the file does not say so.",
)  # fmt: skip
@click.option("--dry-run", is_flag=True, help="Say what would happen, and change nothing.")
@click.option("--again", is_flag=True, help="Read a file once more that is done already.")
@as_json
def import_(
    file: Path, given: Sequence[str], way: str, purposes: Sequence[str], dry_run: bool, again: bool, machine: bool
) -> None:
    """Bring people in from FILE, a CSV. Nobody is mailed, and nobody who is a member is changed.

    Who agreed, with a time and a way in their row, becomes a member; all others are kept as people who cannot be
    mailed. Stopped at any moment, it goes on where it was when it is started again.
    """
    schema.require_current()
    if len(way) > LONGEST_WAY:
        raise click.UsageError(f"--proof: say in at most {LONGEST_WAY} characters how they agreed.")
    now = clock.now()
    source, columns = _look(file, given)
    confirmed = columns.listmonk and "subscription_status" in columns.of
    rules = Rules(way or (LISTMONK_WAY if confirmed else ""), tuple(purposes))
    reader = Reader(columns, len(source.header), choices(), rules, now)
    digest = runs.key(source.digest, repr((columns.of, rules)))
    done = None if again or dry_run else runs.finished(digest)
    with closing(Problems()) as problems:
        if done:
            counts = Counter(done.counts)
            click.echo(f"Brought in on {done.finished_at:%Y-%m-%d %H:%M} UTC. To read it anew: --again.", err=True)
        else:
            counts = (_rehearse if dry_run else _bring)(source, reader, problems, digest)
        if machine:
            say(counts, columns, problems, {"file": file.name, "dry_run": dry_run})
        else:
            tell(counts, columns, problems, dry_run)
    if counts["wrong"] and not any(counts[name] for name in set(WORDS) - {"wrong"}):
        raise click.ClickException("Not one row could be read: mend what is named above.")


def _look(file: Path, given: Sequence[str]) -> tuple[Source, Columns]:
    pairs = [(ours.strip(), theirs.strip()) for ours, _, theirs in (one.partition("=") for one in given)]
    if any("=" not in one for one in given):
        raise click.UsageError(f"Write --map OUR=THEIRS, where OUR is one of {', '.join(KNOWN)}.")
    if restoring.is_archive(file):
        raise click.ClickException(
            f"{file.name} is what a member downloaded of their own. They bring it back themselves, signed in, at "
            f"{links.absolute('/me/preferences/restore')}."
        )
    try:
        source = look(file)
        return source, match(source.header, pairs)
    except BadFile as error:
        raise click.ClickException(str(error)) from None
    except BadColumns as error:
        raise click.UsageError(str(error)) from None


def _rehearse(source: Source, reader: Reader, problems: Problems, digest: bytes) -> Counter[str]:
    """What would become of each row as things are now."""
    counts: Counter[str] = Counter()
    with _stoppable(), progress(bring.pieces(source, reader, 0), source.lines) as pieces:
        for piece in pieces:
            counts += piece.counts + bring.counted(piece.people, store.sort(piece.people))
            problems.add(piece.problems)
            db.session.rollback()
    return counts


def _bring(source: Source, reader: Reader, problems: Problems, digest: bytes) -> Counter[str]:
    """Piece by piece, each with the note of how far we are."""
    held = _hold(digest, reader.now)
    counts = held.counts
    if held.done:
        click.echo(f"Going on after {held.done} rows that are done.", err=True)
    finished_at: datetime | None = None
    try:
        with _stoppable(), progress(bring.pieces(source, reader, held.done), source.lines) as pieces:
            for piece in pieces:
                counts = _take(piece, held, counts)
                problems.add(piece.problems)
        finished_at = clock.now()
    finally:
        db.session.rollback()
        runs.let_go(held, finished_at)
        db.session.commit()
    log.info("people were brought in", **counts)
    return counts


def _hold(digest: bytes, now: datetime) -> runs.Held:
    try:
        held = runs.begin(digest, now)
    except runs.Busy as busy:
        db.session.rollback()
        raise click.ClickException(
            f"This file is being brought in by another process, which has done {busy.done} rows. "
            f"If that one is gone, start again after {busy.until:%H:%M:%S} UTC."
        ) from None
    db.session.commit()
    return held


def _take(piece: bring.Piece, held: runs.Held, counts: Counter[str]) -> Counter[str]:
    for _try in range(TRIES):
        try:
            now = clock.now()
            if piece.fresh:
                counts = bring.take(piece, held, counts, now)
            else:
                runs.advance(held, {}, now)
            db.session.commit()
            return counts
        except store.Meanwhile:  # somebody of these was erased just now, which the next look sees
            db.session.rollback()
    raise click.ClickException("People of these rows are being erased just now. Start the same command again later.")


@contextmanager
def _stoppable() -> Iterator[None]:
    try:
        yield
    except KeyboardInterrupt:
        raise click.ClickException("Stopped. What is done stays: start the same command again to go on.") from None
    except BadFile as error:
        raise click.ClickException(str(error)) from None
    except runs.Busy:
        raise click.ClickException("Another process has taken this file over, and goes on with it.") from None
