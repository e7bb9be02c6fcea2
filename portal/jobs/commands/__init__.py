"""`portal jobs`: the boards that openings come from."""

import click
from flask import current_app

from portal import schema
from portal.jobs.commands.sync import sync


@click.group()
def jobs() -> None:
    """Openings, and the boards that some of them come from."""
    if current_app:  # there is none where somebody only asks for help
        schema.require_current()


jobs.add_command(sync)
