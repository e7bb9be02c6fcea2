"""`portal campaign`: see whom an issue reaches, schedule it, watch it, stop it."""

import json
from datetime import datetime
from pathlib import Path
from typing import Any

import click
from flask import current_app
from sqlalchemy import select

from portal import clock, schema
from portal.audience.files import Segment, load_segments
from portal.audience.queries import SegmentError, parse, reach, say
from portal.audience.queries.segments import Group
from portal.config import settings
from portal.content import ContentError
from portal.content import files as content_files
from portal.db import db
from portal.languages import LANGUAGES
from portal.mail.encoding import FIELD
from portal.mail.outbox import TooLong, weigh
from portal.markdown import MarkdownError
from portal.newsletter import actions, files, queries
from portal.newsletter.models import Campaign, Issue

AT = click.DateTime(["%Y-%m-%dT%H:%M%z", "%Y-%m-%dT%H:%M:%S%z", "%Y-%m-%d %H:%M%z"])
as_json = click.option("--json", "machine", is_flag=True, help="For a script.")
to_segment = click.option("--segment", help="Another segment than the issue's own.")


@click.group()
def campaign() -> None:
    """An issue, sent to a segment. ISSUE is a file, or the name of one in content/issues without .md."""
    if current_app:  # there is none where somebody only asks for help
        schema.require_current()


def _path(name: str) -> Path:
    path = Path(name) if name.endswith(".md") else settings().content_dir / "issues" / f"{name}.md"
    if not path.is_file():
        raise click.ClickException(f"There is no issue {name}: name a file, or one of content/issues.")
    return path


def _issue(path: Path) -> Issue:
    """The issue of a file, checked and brought into the database as it stands now."""
    folder, text = settings().content_dir, files.read(path)
    translations = [files.read(each) for each in content_files(path.parent, f"{path.stem}.*.md")]
    if problems := [problem for each in (text, *translations) for problem in files.check_one(folder, each)]:
        raise ContentError(problems)
    files.keep(text)
    files.keep_translations(path)
    db.session.flush()
    return db.session.scalars(select(Issue).filter_by(slug=text.slug)).one()


def _segment(slug: str) -> Segment:
    segments = load_segments(settings().content_dir)
    if slug not in segments:
        raise click.ClickException(f"There is no segment {slug}: choose one of {', '.join(sorted(segments))}.")
    return segments[slug]


def _campaign(id: int) -> Campaign:
    found = db.session.get(Campaign, id)
    if found is None:
        raise click.ClickException(f"There is no campaign {id}: `portal campaign status` lists them.")
    return found


@campaign.command()
@click.argument("issue")
@to_segment
@as_json
def preview(issue: str, segment: str | None, machine: bool) -> None:
    """Whom it would reach now, who is held back and why. Names nobody; changes nothing."""
    now = clock.now()
    words = _issue(_path(issue))
    whom = _segment(segment or words.segment)
    drawn = actions.draft(words, now)
    counts = reach(whom.rule, "newsletter", now)
    parts = [
        {"for": part.label or "everyone", "begins": as_written(part.piece.text)[:60], "reaches": reached}
        for part in drawn.parts
        for reached in [actions.share(part, whom, now)]
    ]
    report: dict[str, Any] = {
        "issue": words.slug,
        "subject": as_written(drawn.words.subject),
        "segment": whom.slug,
        "who": say(whom.rule),
        "match": sum(counts.values()),
        "reaches": counts.get(None, 0),
        "later": counts.quiet,
        "warnings": actions.warnings(drawn.parts, whom, now),
        "held_back": dict(sorted((r, n) for r, n in counts.items() if r)),
        "languages": [_read_by(each, whom, now) for each in actions.drafts(words, now)],
        "lacking": actions.lacking(drawn, whom, now),
        "kilobytes": round(weigh(drawn.words, now) / 1000, 1),
        "parts": parts,
    }
    db.session.rollback()
    click.echo(json.dumps(report, indent=2, ensure_ascii=False) if machine else _in_words(report))


def _read_by(drawn: actions.Draft, whom: Segment, now: datetime) -> dict[str, Any]:
    """How many read it in a language, and whether in words of that language."""
    readers = Group("all", (whom.rule, parse({"language": [drawn.language]})))
    reached = reach(readers, "newsletter", now).get(None, 0)
    return {"language": drawn.language, "translated": drawn.translated, "reaches": reached}


def as_written(text: str) -> str:
    """The first line of a text, its merge fields as the author wrote them."""
    named = FIELD.sub(lambda found: "[[" + "|".join(filter(None, found.groups())) + "]]", text)
    return named.split("\n")[0]


def _language(read_by: dict[str, Any]) -> str:
    untranslated = "" if read_by["translated"] or read_by["language"] == settings().language else " (not translated)"
    return f"{read_by['reaches']} {LANGUAGES[read_by['language']]}{untranslated}"


def _in_words(report: dict[str, Any]) -> str:
    held = [f"{n} {reason.replace('_', ' ')}" for reason, n in report["held_back"].items()]
    lines = [
        f"“{report['subject']}” to {report['segment']}: {report['who']}",
        f"{report['match']} people match. Reaches {report['reaches']}.",
        f"Held back: {', '.join(held)}." if held else "Nobody is held back.",
        f"In their language: {', '.join(map(_language, report['languages']))}.",
        f"At most {report['kilobytes']} KB of 90.",
    ]
    if report["later"]:
        lines.insert(2, f"{report['later']} of them get it later: when mail may come to them by the hours they set.")
    lines += [f"  {part['reaches']:>7} get “{part['begins']}” ({part['for']})" for part in report["parts"]]
    lines += [f"You need to give [[{name}]] a fallback: {n} people have none." for name, n in report["lacking"].items()]
    return "\n".join([*lines, *report["warnings"]])


@campaign.command("schedule")
@click.argument("issue")
@to_segment
@click.option(
    "--at", "send_at", type=AT, help="When, with its zone: 2026-12-01T09:00+00:00. Default: the file's, or now."
)
def schedule_(issue: str, segment: str | None, send_at: datetime | None) -> None:
    """Freeze an issue and queue a mail for everybody its segment selects."""
    now, path = clock.now(), _path(issue)
    when = send_at or files.planned(path) or now
    try:
        words = _issue(path)
        whom = _segment(segment or words.segment)
        made = actions.schedule(words, whom, when, now)
        warnings = actions.warnings(actions.draft(words, now).parts, whom, now)
    except (actions.NotReady, TooLong, MarkdownError, SegmentError) as error:
        raise click.ClickException(str(error)) from None
    total = sum(queries.counts(made, now).values())
    db.session.commit()
    going = "now" if made.send_at <= now else f"at {made.send_at:%Y-%m-%d %H:%M} UTC"
    click.echo(
        f"Campaign {made.id}: {total} deliveries, going out {going}. `portal campaign status {made.id}` shows how."
    )
    for warning in warnings:
        click.echo(warning, err=True)


@campaign.command()
@click.argument("id", type=int, required=False)
@as_json
def status(id: int | None, machine: bool) -> None:
    """Where campaigns stand; each number is a state that a delivery is in."""
    now, wanted = clock.now(), None if id is None else _campaign(id)
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


@campaign.command()
@click.argument("id", type=int)
def cancel(id: int) -> None:
    """Stop a campaign. What is on its way arrives; nothing more begins."""
    stopped = actions.cancel(_campaign(id), clock.now())
    db.session.commit()
    click.echo(f"Campaign {id} is cancelled: {stopped} deliveries were stopped.")
