"""`portal mail`: the outbox from a terminal."""

import click
from sqlalchemy import func, select

from portal import clock, schema
from portal.db import db
from portal.mail import sending, waiting
from portal.mail.models import OPEN, WAITING, Delivery
from portal.mail.relay import RelayDown
from portal.mail.tasks import relay


@click.group()
def mail() -> None:
    """The mail that waits."""


@mail.command()
def drain() -> None:
    """Send what is due, then exit. Safe beside a running worker."""
    schema.require_current()
    waiting.release(clock.now())
    heard = 0
    try:
        with relay() as transport, click.progressbar(waiting.due(clock.now()), label="Sending") as mailings:
            for mailing_id in mailings:
                heard += sending.send(mailing_id, transport, clock.now)
    except (RelayDown, sending.DiskFull) as error:
        raise click.ClickException(f"{error} Nothing was lost: {_waiting()} mails wait and go out later.") from None
    click.echo(f"{heard} mails handed to the mail server; {_waiting()} wait for later.")


def _waiting() -> int:
    rows = select(func.count()).select_from(Delivery).where(OPEN, Delivery.state.in_(WAITING))
    return db.session.scalar(rows) or 0
