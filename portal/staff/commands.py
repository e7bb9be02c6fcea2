"""`portal staff`: the first admin, and what an operator may need when nobody can get in."""

import json

import click
from flask import current_app

from portal import clock
from portal.db import db
from portal.staff.actions import house, leaving, mailing, people, second_factor
from portal.staff.models import Recruiter
from portal.staff.models.roles import ROLES
from portal.staff.queries import by_key
from portal.staff.queries import house as the_house
from portal.staff.queries.addresses import parse
from portal.staff.queries.links import action_url
from portal.staff.queries.people import everybody


@click.group()
def staff() -> None:
    """Who writes and sends at the desk."""


@staff.command()
@click.argument("address")
@click.option("--role", type=click.Choice(ROLES), default="recruiter", help="What they may do; the first is an admin.")
@click.option("--name", required=True, help="What their colleagues call them.")
def invite(address: str, role: str, name: str) -> None:
    """Invite somebody to the desk, or again. Prints the link, which works once and for seven days, and mails it."""
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
    mailing.send(link, now)
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
    """Let somebody set up password and second factor anew. Prints the link, which works once and for a day, and mails
    it. What they had works no longer."""
    recruiter, now = _somebody(address), clock.now()
    try:
        link = people.reset(recruiter, None, now)
    except people.StaffError as error:
        raise click.ClickException(str(error)) from None
    db.session.commit()
    click.echo(
        f"{recruiter.name} is signed out everywhere. The link works once, until {link.expires_at:%Y-%m-%d %H:%M} UTC:"
    )
    click.echo(action_url(link))


@staff.command("list")
@click.option("--json", "as_json", is_flag=True, help="For a script.")
def list_(as_json: bool) -> None:
    """Everybody at the desk: who is here, who is invited, who has left."""
    found = [
        {
            "address": one.address,
            "name": one.name,
            "role": one.role,
            "state": "left" if one.ended_at else "here" if one.joined_at else "invited",
            "second_factor": "key gone" if second_factor.key_is_gone(one) else "yes" if one.totp_nonce else "no",
        }
        for one in everybody()
    ]
    if as_json:
        click.echo(json.dumps(found, ensure_ascii=False))
        return
    for line in found:
        click.echo(f"{line['state']:8} {line['role']:10} {line['address']:40} {line['name']}")
        if line["second_factor"] == "key gone":
            click.echo(f"         needs `portal staff reset {line['address']}`: the key of the second factor is gone")
    if not found:
        click.echo('Nobody yet: `portal staff invite ADDRESS --role admin --name "…"`.')


@staff.command()
@click.argument("address")
@click.option("--to", help="The address of the colleague who takes over what they have.")
def end(address: str, to: str | None) -> None:
    """End somebody's account: they are signed out everywhere at once, and what they have goes to a colleague."""
    recruiter, other = _somebody(address), _somebody(to) if to else None
    try:
        given = leaving.end(recruiter, other, None, clock.now())
    except people.StaffError as error:
        raise click.ClickException(str(error)) from None
    db.session.commit()
    click.echo(f"{recruiter.name} has left the desk.")
    if other:
        click.echo(f"Handed over to {other.name}: {given}.")


@staff.command()
@click.argument("address")
@click.confirmation_option(prompt="Take out name and addresses for good?")
def forget(address: str) -> None:
    """Take name and addresses of somebody who has left out of the database. What they did stays in the audit log."""
    recruiter = _somebody(address)
    try:
        leaving.forget(recruiter, None, clock.now())
    except people.StaffError as error:
        raise click.ClickException(str(error)) from None
    db.session.commit()
    click.echo(f"Done. In the audit log they are now: {recruiter.name}.")


@staff.command()
@click.option("--yes", is_flag=True, help="Do not ask.")
def live(yes: bool) -> None:
    """Go live: from then on mail reaches members. There is no way back into the trial."""
    now = clock.now()
    if the_house().live_at:
        raise click.ClickException("You are live already.")
    count: int = current_app.extensions["reachable"](now)
    if not yes:
        click.confirm(
            f"From now on, what is sent reaches members who agreed to it ({count:,} at present). Go live?", abort=True
        )
    house.go_live(None, now)
    db.session.commit()
    click.echo("You are live.")
