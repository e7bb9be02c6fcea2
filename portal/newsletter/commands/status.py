"""`portal campaign status` and what stops a campaign."""

import json

import click

from portal import clock
from portal.db import db
from portal.newsletter import queries
from portal.newsletter.actions import stopping
from portal.newsletter.commands.found import as_json, campaign_of


@click.command()
@click.argument("id", type=int, required=False)
@as_json
def status(id: int | None, machine: bool) -> None:
    """Where campaigns stand; each number is a state that a delivery is in."""
    now, wanted = clock.now(), None if id is None else campaign_of(id)
    found = [(each, slug) for each, slug in queries.campaigns() if wanted in {None, each}]
    rows = []
    for each, slug in found:
        counts, until = queries.counts(each, now), queries.held_until(each, now)
        states = {
            f"{state}: {reason}" if reason else state: n for (state, reason), n in sorted(counts.items(), key=str)
        }
        phase = queries.phase(each, counts, now)
        rows.append(
            {"id": each.id, "issue": slug, "segment": each.segment, "phase": phase, "send_at": each.send_at.isoformat(),
             "total": sum(counts.values()), "states": states, "held_until": until and until.isoformat()}
        )  # fmt: skip
    if machine:
        click.echo(json.dumps(rows if id is None else rows[0], indent=2))
        return
    for row in rows:
        click.echo(f"{row['id']}  {row['issue']} to {row['segment']}: {row['phase']}, {row['total']} deliveries")
        for state, n in row["states"].items():  # type: ignore[attr-defined]
            last = f", the last until {row['held_until']}" if state == "queued: held" else ""
            click.echo(f"   {n:>8} {state.replace('_', ' ')}{last}")
    if not rows:
        click.echo("No campaign yet: `portal campaign schedule ISSUE` makes one.")


@click.command()
@click.argument("id", type=int)
def cancel(id: int) -> None:
    """Stop a campaign. What is on its way arrives; nothing more begins."""
    stopped = stopping.cancel(campaign_of(id), None, clock.now())
    db.session.commit()
    click.echo(f"Campaign {id} is cancelled: {stopped} deliveries were stopped.")


@click.command()
@click.argument("id", type=int)
def pause(id: int) -> None:
    """Let nothing more of a campaign begin until it is resumed. What is on its way arrives."""
    found = campaign_of(id)
    if not stopping.pause(found, None, clock.now()):
        raise click.ClickException(f"Campaign {id} is {'cancelled' if found.cancelled_at else 'paused already'}.")
    db.session.commit()
    click.echo(f"Campaign {id} is paused: `portal campaign resume {id}` goes on.")


@click.command()
@click.argument("id", type=int)
def resume(id: int) -> None:
    """Go on with a campaign that was paused."""
    found = campaign_of(id)
    if not stopping.resume(found, None, clock.now()):
        raise click.ClickException(f"Campaign {id} is {'cancelled' if found.cancelled_at else 'not paused'}.")
    db.session.commit()
    click.echo(f"Campaign {id} goes on.")
