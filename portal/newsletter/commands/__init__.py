"""`portal campaign`: see whom an issue reaches, schedule it, watch it, stop it."""

import click
from flask import current_app

from portal import schema
from portal.newsletter.commands.preview import preview
from portal.newsletter.commands.scheduling import schedule_
from portal.newsletter.commands.status import cancel, pause, resume, status


@click.group()
def campaign() -> None:
    """An issue, sent to a segment. ISSUE is a file, or the name of one in content/issues without .md."""
    if current_app:  # there is none where somebody only asks for help
        schema.require_current()


for command in (preview, schedule_, status, pause, resume, cancel):
    campaign.add_command(command)
