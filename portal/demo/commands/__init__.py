"""`portal demo`: a whole Rapport with a sample community, in one command."""

import os
import shutil
import signal
import sys
from collections.abc import Sequence
from pathlib import Path

import click

from portal import clock, schema
from portal.db import db
from portal.demo.actions.guests import Door, open_doors
from portal.demo.actions.staff import take_seats
from portal.demo.commands import build, place, tree


@click.command()
@click.option("--fresh", is_flag=True, help="Start over: forget everybody who joined and every mail.")
@click.option(
    "--port", default=8000, type=click.IntRange(1, 65535), help="Where the pages are; the next if it is busy."
)
@click.option("--members", default=1200, type=click.IntRange(3, 100_000), help="How many people to invent at first.")
def demo(fresh: bool, port: int, members: int) -> None:
    """Try everything on this machine, with invented people, until Ctrl-C.

    Pages, worker and a catcher for the mail run as one; nothing leaves this machine. All of it is kept in var/demo.
    Killed with -9, this command cannot stop its three parts: end them by hand.
    """
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))  # so that what is under way is tidied up
    folder = place.HOME.resolve()
    _make_way(folder, fresh)
    with place.reserved(port) as web:
        if web != port:
            click.echo(f"Port {port} is busy, so the pages are at {web}.")
        if not (folder / place.ENV).is_file():
            build.build(folder, web, members)
        mail, secret = place.any_port(), place.secret(folder)
        place.write(folder, folder, web, mail, secret)
        with build.opened(place.config(folder, web, mail, secret)):
            doors = _let_in()
    sys.exit(tree.run(folder, web, mail, greeting(f"http://{place.HOST}:{web}", doors)))


def _make_way(folder: Path, fresh: bool) -> None:
    address = place.running(folder)
    if address and fresh:
        raise click.ClickException(f"A demo still runs from here, at {address}: stop it first, then start over.")
    if address:
        click.echo(f"A demo runs from here already, at {address}. This is another door to the same one.")
    if fresh:
        shutil.rmtree(folder, ignore_errors=True)


def _let_in() -> Sequence[Door]:
    """Bring an older demo up to date and make three fresh links. Raises ClickException when that can't be done."""
    now = clock.now()
    try:
        schema.upgrade()
    except schema.SchemaError as error:
        raise click.ClickException(f"{error} Or start over with `portal demo --fresh`.") from None
    take_seats(now)
    build.load_content(now)
    doors = open_doors(now)
    db.session.commit()
    return doors


def greeting(address: str, doors: Sequence[Door]) -> str:
    """What somebody needs to know who has just started the demo."""
    lines = ["", f"The demo is ready:  {address}", f"The mail it sends:  {address}/dev/outbox"]
    lines += [f"Its clock:          {address}/dev/clock", f"The desk:           {address}/dev/desk", ""]
    if doors:
        lines += ["Look around as somebody else. Each link works once, in any browser:"]
        lines += [line for door in doors for line in (f"  {door.who}", f"    {door.url}")]
    command = f"{_portal()} --env-file {place.HOME / place.ENV}"
    lines += [
        "",
        "In a second terminal, for example:",
        f"  {command} campaign status",
        "",
        "Ctrl-C stops everything.",
        "",
    ]
    return "\n".join(lines)


def _portal() -> str:
    """How to call this command again from this folder."""
    python = Path(sys.executable)
    inside = python.is_relative_to(Path.cwd())
    return f"{os.path.relpath(python) if inside else python} -m portal"
