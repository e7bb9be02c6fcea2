"""`portal members invitations`: who cannot be mailed, why, and the link that may be handed to them."""

import json

import click

from portal import schema
from portal.audience.actions.importing.proof import REASONS
from portal.audience.commands.members import as_json, group
from portal.audience.queries import invitations as queries


@group.command()
@as_json
def invitations(machine: bool) -> None:
    """List people of imported files who cannot be mailed, with the reason and a personal link.

    Nobody is written to. Hand a link to the person it belongs to: it opens the form to join, filled in.
    """
    schema.require_current()
    number = 0
    for number, one in enumerate(queries.all_(), 1):
        row = {"address": one.address, "name": one.name, "reason": one.reason, "link": queries.url(one)}
        if machine:
            click.echo(("[" if number == 1 else ",") + json.dumps(row, ensure_ascii=False))
        else:
            click.echo(f"{one.address}  {REASONS[one.reason]}\n    {row['link']}")
    if machine:
        click.echo("]" if number else "[]")
    elif not number:
        click.echo("There is nobody: whoever was imported can be mailed, has joined, or was forgotten after 90 days.")
