"""The `portal` command. Errors are one sentence and exit code 1; wrong usage is 2."""

import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click
import structlog
from flask import Flask, current_app
from sqlalchemy.exc import OperationalError
from waitress.server import create_server

from portal import clock, create_app, queue, schema, wiring
from portal.audience.actions import replay
from portal.config import ConfigError, load
from portal.content import ContentError
from portal.db import db as database
from portal.db import scrub
from portal.mail.tasks import relay
from portal.members.actions import journal

log = structlog.get_logger(__name__)

KNOWN = (ConfigError, ContentError, schema.SchemaError)


class Command(click.Group):
    """Turns the errors that an operator can mend into one sentence."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except KNOWN as error:
            raise click.ClickException(str(error)) from None
        except OperationalError as error:
            raise click.ClickException(f"The database says: {error.orig}. Nothing was half done.") from None


@click.group(cls=Command, context_settings={"help_option_names": ["-h", "--help"], "show_default": True})
@click.option("--env-file", type=click.Path(path_type=Path), help="Read settings from this file.")
@click.version_option(package_name="rapport-portal", prog_name="portal")
@click.pass_context
def portal(ctx: click.Context, env_file: Path | None) -> None:
    """Rapport: a talent community and newsletter that you host yourself."""
    helping = any(word in ctx.help_option_names for word in sys.argv)
    if ctx.invoked_subcommand in wiring.WITHOUT_SETTINGS or helping:
        return
    app = create_app(load(env_file=env_file))
    ctx.obj = app
    ctx.with_resource(app.app_context())
    ctx.call_on_close(_close)


def _close() -> None:
    """Let go of database and queue before the context ends, rather than leave them to the end of the process."""
    database.session.remove()
    for engine in database.engines.values():
        engine.dispose()
    current_app.extensions["huey"].storage.close()


@portal.group()
def db() -> None:
    """The database's schema."""


@db.command("upgrade")
def db_upgrade() -> None:
    """Create the database, or bring it to this version."""
    schema.upgrade()
    click.echo("The database is ready.")


@db.command("replay-erasures")
def db_replay_erasures() -> None:
    """After an older backup was put back: erase again whom the journal of erasures names. Serving and working do it
    by themselves when they start."""
    schema.require_current()
    done = _replay()
    click.echo(f"Erased again: {done.erased}. Addresses kept out again: {done.blocked}.")


def _replay() -> replay.Replayed:
    done = replay.replay(clock.now())
    database.session.commit()
    if done.erased or done.blocked:
        scrub()
        log.warning("an older backup was put back", erased_again=done.erased, kept_out_again=done.blocked)
    if done.doubtful:
        log.warning("lines of the journal of erasures do not fit: are earlier keys missing?", lines=done.doubtful)
    return done


@portal.command()
@click.option("--host", default="127.0.0.1", help="Address to listen on.")
@click.option("--port", default=8000, type=click.IntRange(1, 65535))
@click.option("--threads", default=8, type=click.IntRange(1, 64))
@click.pass_obj
def serve(app: Flask, host: str, port: int, threads: int) -> None:
    """Serve the pages (waitress). In a container use `gunicorn wsgi:app`."""
    schema.require_current()
    _replay()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    try:
        server = create_server(app, host=host, port=port, threads=threads, ident=None)
    except OSError as error:
        raise click.ClickException(
            f"Cannot listen on {host}:{port} ({error.strerror}): choose another --port."
        ) from None
    click.echo(f"Listening on http://{host}:{port}")
    server.run()


@portal.command()
@click.option("--workers", default=2, type=click.IntRange(1, 32), help="Threads.")
@click.option("--no-periodic", is_flag=True, help="For every worker but one: the sweep runs in one place.")
@click.pass_obj
def worker(app: Flask, workers: int, no_periodic: bool) -> None:
    """Send what is due and do what was asked for, until stopped."""
    schema.require_current()
    _replay()
    os.nice(10)  # pages stay quick while a campaign goes out (performance.md)
    consumer = app.extensions["huey"].create_consumer(
        workers=workers,
        worker_type="thread",
        periodic=not no_periodic,
        max_delay=1,
        graceful_signal="TERM",
        shutdown_timeout=20,
    )
    click.echo("Working.")
    consumer.run()


@portal.command()
def check() -> None:
    """Is everything that Rapport stands on as it should be? Content: `portal content check`."""
    checks: dict[str, Callable[[], object]] = {
        "database": schema.require_current,
        "queue": queue.waiting,
        "mail server": _mail_server,
        "erasure journal": journal.require_writable,
    }
    wrong = 0
    click.echo("ok     settings")
    for name, works in checks.items():
        try:
            works()
            click.echo(f"ok     {name}")
        except Exception as error:  # whatever it is, it is what the operator wants to read
            wrong += 1
            click.echo(f"WRONG  {name}: {error}")
    if wrong:
        raise click.ClickException("Mend what is wrong above, then check again.")


def _mail_server() -> None:
    with relay() as transport:
        transport.open()


for group in wiring.COMMANDS:
    portal.add_command(group)


def main() -> None:
    """Entry point of the `portal` script and of `python -m portal`."""
    portal(prog_name="portal")
