"""`portal campaign schedule`: freeze an issue and queue it."""

from datetime import datetime

import click

from portal import clock
from portal.audience.queries import SegmentError
from portal.db import db
from portal.mail.outbox import TooLong
from portal.markdown import MarkdownError
from portal.newsletter import queries
from portal.newsletter.actions.drafting import draft
from portal.newsletter.actions.drafting import warnings as warnings_of
from portal.newsletter.actions.schedule import NotReady, schedule
from portal.newsletter.commands.found import home_of, issue_of, planned, segment_of, to_segment

AT = click.DateTime(["%Y-%m-%dT%H:%M%z", "%Y-%m-%dT%H:%M:%S%z", "%Y-%m-%d %H:%M%z"])


@click.command("schedule")
@click.argument("issue")
@to_segment
@click.option(
    "--at", "send_at", type=AT, help="When, with its zone: 2026-12-01T09:00+00:00. Default: the file's, or now."
)
def schedule_(issue: str, segment: str | None, send_at: datetime | None) -> None:
    """Freeze an issue and queue a mail for everybody its segment selects."""
    now, home = clock.now(), home_of(issue)
    when = send_at or planned(home) or now
    try:
        words = issue_of(home, now)
        whom = segment_of(segment or words.segment)
        made = schedule(words, whom, when, now)
        few = warnings_of(draft(words, now).parts, whom, now)
    except (NotReady, TooLong, MarkdownError, SegmentError) as error:
        raise click.ClickException(str(error)) from None
    total = sum(queries.counts(made, now).values())
    db.session.commit()
    going = "now" if made.send_at <= now else f"at {made.send_at:%Y-%m-%d %H:%M} UTC"
    click.echo(
        f"Campaign {made.id}: {total} deliveries, going out {going}. `portal campaign status {made.id}` shows how."
    )
    for warning in few:
        click.echo(warning, err=True)
