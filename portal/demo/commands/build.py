"""Filling a fresh demo: everything goes the way it goes in earnest, only the people are invented."""

import logging
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import click
from flask import Flask
from sqlalchemy import func, select, text

from portal import clock, content, create_app, schema
from portal.audience.files import all_segments
from portal.config import Config, settings
from portal.db import db
from portal.demo.actions.guests import guests
from portal.demo.actions.move_in import choices, come_by, keep_hours, move_in
from portal.demo.actions.openings import publish_one
from portal.demo.actions.people import invent
from portal.demo.actions.staff import take_seats
from portal.demo.commands import place
from portal.mail import sending
from portal.mail.models import Delivery
from portal.mail.relay import RelayDown
from portal.mail.transport import Outcome, Transport
from portal.newsletter.actions.schedule import schedule
from portal.newsletter.models import Campaign, Issue
from portal.newsletter.queries import mailing_ids
from portal.staff.queries import house

SENT, SENT_AGO = "2026-10-measure-twice", timedelta(days=35)
COMING, COMING_IN = "2026-11-what-we-learned", timedelta(days=4)


@contextmanager
def opened(config: Config) -> Iterator[Flask]:
    """An app on these settings, in its context; closed again, so that its folder can be moved."""
    app = create_app(config)
    logging.getLogger().setLevel(logging.WARNING)  # each migration step would have a line
    with app.app_context():
        try:
            yield app
        finally:
            db.session.remove()
            db.engine.dispose()
            app.extensions["huey"].storage.close()


def build(folder: Path, web: int, members: int) -> None:
    """Make a whole demo, or none: it is filled beside its place and moved there at the end."""
    new = folder.with_name(folder.name + ".new")
    shutil.rmtree(new, ignore_errors=True)
    new.mkdir(parents=True)
    mail, secret = place.any_port(), place.secret(folder)
    with opened(place.config(new, web, mail, secret)):
        fill(members, mail, new / "maildir")
    place.write(folder, new, web, mail, secret)
    shutil.rmtree(folder, ignore_errors=True)
    new.rename(folder)


def fill(members: int, mail: int, maildir: Path) -> None:
    """Tables, content, people, a letter that was sent and one that is on its way."""
    now = clock.now()
    click.echo("Making the database.")
    schema.upgrade()
    # A demo that a power cut interrupts is made anew, so nothing needs to wait for the disk.
    db.session.execute(text("PRAGMA synchronous = OFF"))
    house().live_at = now - SENT_AGO
    take_seats(now)
    click.echo("Loading the content.")
    load_content(now)
    click.echo(f"Inventing {members:,} people.")
    then = _nine(now - SENT_AGO)
    people = sorted([*guests(now), *invent(members - 3, choices(), now)], key=lambda p: p.created_at)
    move_in([p for p in people if p.created_at < then])
    sent = schedule(*_issue(SENT), then, then)
    move_in([p for p in people if p.created_at >= then])
    schedule(*_issue(COMING), _nine(now + COMING_IN), now)
    db.session.commit()
    send(sent, now - then, mail, maildir)
    publish_one(now)
    keep_hours(now)
    come_by(now)
    db.session.commit()


def load_content(now: datetime) -> None:
    """Bring the content folder into the database. Raises ContentError."""
    if problems := content.check_all(settings().content_dir):
        raise content.ContentError(problems)
    content.sync_all(settings().content_dir, now)
    db.session.commit()


def _nine(moment: datetime) -> datetime:
    return moment.replace(hour=9, minute=0, second=0, microsecond=0)


def _issue(slug: str) -> tuple[Issue, Any]:
    issue = db.session.scalars(select(Issue).filter_by(slug=slug)).one()
    return issue, all_segments(settings().content_dir)[issue.segment]


def send(campaign: Campaign, ago: timedelta, mail: int, maildir: Path) -> None:
    """Really send it, to a catcher of our own, as if it were `ago`."""
    mailings = mailing_ids(campaign)
    waiting = select(func.count()).where(Delivery.mailing_id.in_(mailings), Delivery.state == "queued")
    with (
        place.catching(mail, maildir),
        click.progressbar(length=db.session.scalar(waiting) or 0, label="Sending them a first letter") as bar,
        _Counted(settings().smtp_url.get_secret_value(), bar) as transport,
    ):
        try:
            for id in mailings:
                sending.send(id, transport, lambda: clock.now() - ago)
        except (RelayDown, sending.DiskFull) as error:
            raise click.ClickException(f"{error} The demo was not made.") from None


class _Counted(Transport):
    """A connection to the catcher that moves the bar on."""

    def __init__(self, url: str, bar: Any) -> None:
        super().__init__(url, hostname="localhost")
        self._bar = bar

    def send(self, *args: Any, **kwargs: Any) -> Outcome:
        self._bar.update(1)
        return super().send(*args, **kwargs)
