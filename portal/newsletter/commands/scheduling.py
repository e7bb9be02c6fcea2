"""`portal campaign schedule`: freeze an issue and queue it."""

from datetime import datetime

import click

from portal import clock
from portal.audience.queries import SegmentError
from portal.audience.queries.diff import Sending, diff
from portal.db import db
from portal.mail.outbox import TooLong
from portal.markdown import MarkdownError
from portal.newsletter import queries
from portal.newsletter.actions import drafting
from portal.newsletter.actions.needs import NotReady
from portal.newsletter.actions.schedule import MOST_HOURS, Order, schedule
from portal.newsletter.commands.found import home_of, issue_of, planned, segment_of, sender_of, to_segment

AT = click.DateTime(["%Y-%m-%dT%H:%M%z", "%Y-%m-%dT%H:%M:%S%z", "%Y-%m-%d %H:%M%z"])


@click.command("schedule")
@click.argument("issue")
@to_segment
@click.option(
    "--at", "send_at", type=AT, help="When, with its zone: 2026-12-01T09:00+00:00. Default: the file's, or now."
)
@click.option("--sender", help="Under whose name: somebody at the desk, by name or address, who has allowed it.")
@click.option(
    "--spread", type=click.IntRange(0, MOST_HOURS), default=0, metavar="HOURS", help="Over how many hours it goes."
)
def schedule_(issue: str, segment: str | None, send_at: datetime | None, sender: str | None, spread: int) -> None:
    """Freeze an issue and queue a mail for everybody its segment selects."""
    now, home = clock.now(), home_of(issue)
    name = sender_of(sender) if sender else None
    when = send_at or planned(home) or now
    try:
        words = issue_of(home, now)
        whom = segment_of(segment or words.segment)
        made = schedule(words, whom, when, now, Order(sender=name, spread_hours=spread))
        drafts = drafting.drafts(words, now)
        few = drafting.warnings(drafts[0], whom, diff(Sending(whom.rule, "newsletter", now), drafting.rules(drafts[0])))
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
