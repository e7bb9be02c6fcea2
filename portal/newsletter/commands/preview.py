"""`portal campaign preview`: whom an issue would reach, without a name."""

import json
from datetime import datetime
from typing import Any

import click

from portal import clock
from portal.audience.files import Segment
from portal.audience.queries import say
from portal.audience.queries.catalogue import at_once
from portal.audience.queries.causes import CAUSE_WORDS
from portal.audience.queries.diff import Diff, Sending, diff
from portal.config import settings
from portal.db import db
from portal.languages import LANGUAGES
from portal.mail.encoding import FIELD
from portal.mail.outbox import weigh
from portal.newsletter.actions import drafting
from portal.newsletter.actions.drafting import Draft
from portal.newsletter.commands.found import as_json, home_of, issue_of, segment_of, to_segment
from portal.newsletter.emails import about


@click.command()
@click.argument("issue")
@to_segment
@as_json
def preview(issue: str, segment: str | None, machine: bool) -> None:
    """Whom it would reach now, who gets it later, who is held back and why. Names nobody; changes nothing."""
    now = clock.now()
    words = issue_of(home_of(issue), now)
    whom = segment_of(segment or words.segment)
    with at_once():
        drafts = drafting.drafts(words, now)
        sending = Sending(whom.rule, "newsletter", now, about(words.slug))
        found = diff(sending, drafting.rules(drafts[0]))
        report = _report(words.slug, drafts, whom, found, now)
    db.session.rollback()
    click.echo(json.dumps(report, indent=2, ensure_ascii=False) if machine else _in_words(report, found))


def _report(slug: str, drafts: list[Draft], whom: Segment, found: Diff, now: datetime) -> dict[str, Any]:
    """Always in the same order, so that two of them can be compared line by line."""
    first = drafts[0]
    lacking = {name: n for each in drafts for name, n in drafting.lacking(each, whom, now).items()}
    readers = found.parts[len(first.parts) :]
    return {
        "issue": slug,
        "subject": as_written(first.words.subject),
        "segment": whom.slug,
        "who": say(whom.rule),
        "match": found.match,
        "reaches": found.reaches,
        "now": found.now,
        "later": [{"at": each.time, "on": each.day and each.day.isoformat(), "members": each.number}
                  for each in found.later],
        "held_back": dict(sorted(found.held.items())),
        "parts": [
            {"for": part.label or "everyone", "begins": as_written(part.piece.text)[:60], "reaches": share.reached}
            for part, share in zip(first.parts, found.parts, strict=False)
        ],
        "languages": [
            {"language": each.language, "translated": each.translated, "reaches": share.reached}
            for each, share in zip(drafts, readers, strict=True)
        ],
        "lacking": dict(sorted(lacking.items())),
        "kilobytes": round(weigh(first.words, now) / 1000, 1),
        "warnings": drafting.warnings(first, whom, found),
    }  # fmt: skip


def as_written(text: str) -> str:
    """The first line of a text, its merge fields as the author wrote them."""
    named = FIELD.sub(lambda found: "[[" + "|".join(filter(None, found.groups())) + "]]", text)
    return named.split("\n")[0]


def _language(read_by: dict[str, Any]) -> str:
    untranslated = "" if read_by["translated"] or read_by["language"] == settings().language else " (not translated)"
    return f"{read_by['reaches']} {LANGUAGES[read_by['language']]}{untranslated}"


def _in_words(report: dict[str, Any], found: Diff) -> str:
    held = [f"{n} {CAUSE_WORDS[cause]}" for cause, n in found.held.items()]
    lines = [
        f"“{report['subject']}” to {report['segment']}: {report['who']}",
        f"{report['match']} people match. Reaches {report['reaches']}.",
        f"Held back: {', '.join(held)}." if held else "Nobody is held back.",
        f"In their language: {', '.join(map(_language, report['languages']))}.",
        f"At most {report['kilobytes']} KB of 90.",
    ]
    if found.later:
        times = ", ".join(
            f"{each.number} at {each.time}{f' on {each.day}' if each.day else ''}" for each in found.later
        )
        lines.insert(2, f"{found.waiting} of them get it later, when mail may come by the hours they set: {times}.")
    lines += [f"  {part['reaches']:>7} get “{part['begins']}” ({part['for']})" for part in report["parts"]]
    lines += [f"You need to give [[{name}]] a fallback: {n} people have none." for name, n in report["lacking"].items()]
    return "\n".join([*lines, *report["warnings"]])
