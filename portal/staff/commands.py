"""`portal staff`: the first admin, and what an operator may need when nobody can get in."""

import click

from portal import clock
from portal.db import db
from portal.staff.actions import people
from portal.staff.models import Recruiter
from portal.staff.models.roles import ROLES
from portal.staff.queries import by_key
from portal.staff.queries.addresses import parse
from portal.staff.queries.links import action_url


@click.group()
def staff() -> None:
    """Who writes and sends at the desk."""


@staff.command()
@click.argument("address")
@click.option("--role", type=click.Choice(ROLES), default="recruiter", help="What they may do; the first is an admin.")
@click.option("--name", required=True, help="What their colleagues call them.")
def invite(address: str, role: str, name: str) -> None:
    """Invite somebody to the desk. Prints the link, which works once and for seven days."""
    read = parse(address)
    name = " ".join(name.split())
    if read is None:
        raise click.ClickException(f"{address} is not a mail address: look for a slip.")
    if not 0 < len(name) <= 80:
        raise click.ClickException("The name has to have 1 to 80 characters.")
    now, found = clock.now(), by_key(read[1])
    try:
        waiting = found if found and not found.joined_at and not found.ended_at else None
        link = people.invite_again(waiting, None, now) if waiting else people.invite(*read, name, role, None, now)
    except people.StaffError as error:
        raise click.ClickException(str(error)) from None
    db.session.commit()
    click.echo(f"Invited {name} as {role}. The link works once, until {link.expires_at:%Y-%m-%d %H:%M} UTC:")
    click.echo(action_url(link))


def _somebody(address: str) -> Recruiter:
    read = parse(address)
    found = by_key(read[1]) if read else None
    if found is None:
        raise click.ClickException(f"Nobody at the desk has the address {address}: see `portal staff list`.")
    return found


@staff.command()
@click.argument("address")
def reset(address: str) -> None:
    """Let somebody set up password and second factor anew. Prints the link, which works once and for a day."""
    recruiter = _somebody(address)
    try:
        link = people.reset(recruiter, None, clock.now())
    except people.StaffError as error:
        raise click.ClickException(str(error)) from None
    db.session.commit()
    click.echo(
        f"{recruiter.name} is signed out everywhere. The link works once, until {link.expires_at:%Y-%m-%d %H:%M} UTC:"
    )
    click.echo(action_url(link))
