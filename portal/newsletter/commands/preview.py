"""`portal campaign preview`: whom an issue would reach, without a name."""

import json
from datetime import datetime
from typing import Any

import click

from portal import clock
from portal.audience.files import Segment
from portal.audience.queries import parse, reach, say
from portal.audience.queries.segments import Group
from portal.config import settings
from portal.db import db
from portal.languages import LANGUAGES
from portal.mail.encoding import FIELD
from portal.mail.outbox import weigh
from portal.newsletter.actions import drafting
from portal.newsletter.commands.found import as_json, home_of, issue_of, segment_of, to_segment


@click.command()
@click.argument("issue")
@to_segment
@as_json
def preview(issue: str, segment: str | None, machine: bool) -> None:
    """Whom it would reach now, who is held back and why. Names nobody; changes nothing."""
    now = clock.now()
    words = issue_of(home_of(issue), now)
    whom = segment_of(segment or words.segment)
    drawn = drafting.draft(words, now)
    counts = reach(whom.rule, "newsletter", now)
    parts = [
        {"for": part.label or "everyone", "begins": as_written(part.piece.text)[:60], "reaches": reached}
        for part in drawn.parts
        for reached in [drafting.share(part, whom, now)]
    ]
    report: dict[str, Any] = {
        "issue": words.slug,
        "subject": as_written(drawn.words.subject),
        "segment": whom.slug,
        "who": say(whom.rule),
        "match": sum(counts.values()),
        "reaches": counts.get(None, 0),
        "later": counts.quiet,
        "warnings": drafting.warnings(drawn.parts, whom, now),
        "held_back": dict(sorted((r, n) for r, n in counts.items() if r)),
        "languages": [_read_by(each, whom, now) for each in drafting.drafts(words, now)],
        "lacking": drafting.lacking(drawn, whom, now),
        "kilobytes": round(weigh(drawn.words, now) / 1000, 1),
        "parts": parts,
    }
    db.session.rollback()
    click.echo(json.dumps(report, indent=2, ensure_ascii=False) if machine else _in_words(report))


def _read_by(drawn: drafting.Draft, whom: Segment, now: datetime) -> dict[str, Any]:
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
