"""What the newsletter says by mail: an issue's parts, each with the rule of who gets it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from html import escape
from pathlib import Path
from textwrap import wrap
from typing import Any

from portal import links, markdown
from portal.alerts import emails as openings
from portal.alerts.queries.items import Item
from portal.audience import files as audience_files
from portal.audience.emails import reply_piece
from portal.audience.queries import dump, parse, say
from portal.audience.queries.segments import Rule, SegmentError
from portal.config import settings
from portal.insights.queries import Said
from portal.languages import gettext as _
from portal.languages import lazy_gettext as _l
from portal.mail.encoding import FIELD
from portal.mail.outbox import Piece, Words
from portal.markdown import Block, MarkdownError

FIELDS = {"name": _l("there")}
"""The merge fields an author may use, and what the public copy says in their place: "Hello there"."""
NEWEST, FALLBACK = 6, 3
"""Insights offered to those who chose what they are about; the newest, for those who chose nothing of it."""
JOBS = "jobs"
"""The kind of the parts that list openings: the first is their heading, for whom any of them is."""
EVERYONE: dict[str, Any] = {"all": []}


@dataclass(frozen=True)
class Part:
    """A part of an issue: its words in mail and on the public page, the rule of who gets it, and that in words.

    `kind` and `line`: of the block in the source that it comes from; one block can make several parts.
    """

    piece: Piece
    page: str
    rule: Rule
    label: str | None = None
    kind: str = "text"
    line: int = 1


@dataclass(frozen=True)
class Hands:
    """Whose hands a mail went through, by name: who wrote it, who sent it (both None for one that a command sends),
    under whose name it comes; and where an answer goes, if not to our own address."""

    wrote: str | None = None
    sent: str | None = None
    under: str | None = None
    reply_to: str | None = None


def check(subject: str, body: str) -> None:
    """Raise MarkdownError for what could not be sent, with its line in the body (the subject's has none)."""
    markdown.line(subject, FIELDS)
    for block in markdown.split(body):
        try:
            _piece(block.source)
        except MarkdownError as error:
            raise MarkdownError(error.message, block.line + (error.line or 1) - 1) from None
        try:
            rule(block)
        except SegmentError as error:
            raise MarkdownError(str(error), block.line) from None


def unknown_values(body: str, folder: Path) -> list[tuple[int, str]]:
    """Interests that a fence names and nobody can choose: line in the body, and the mend."""
    known = audience_files.interest_slugs(folder)
    found = []
    for block in markdown.split(body):
        for slug in filter(None, block.args.get("interest", "").split(",")):
            if known and slug not in known:
                line = max(1, block.line - 1)
                found.append((line, f"nobody can choose the interest {slug}: see content/interests.yml"))
    return found


def rule(block: Block) -> Rule:
    """Who gets a block: everyone, or who meets every key of its fence. Raises SegmentError."""
    return parse({"all": [{key: value.split(",")} for key, value in block.args.items()]})


def parts(source: str, insights: Sequence[tuple[Said, Sequence[str]]], jobs: Sequence[Item] = ()) -> list[Part]:
    """An issue in its parts. `insights`: the newest first, each with the interests it is about; `jobs`: openings that
    everybody may see, the newest first."""
    blocks = markdown.split(source)
    return [replace(part, kind=one.kind, line=one.line) for one in blocks for part in _parts(one, insights, jobs)]


def _parts(block: Block, insights: Sequence[tuple[Said, Sequence[str]]], jobs: Sequence[Item]) -> list[Part]:
    if block.kind == "insights":
        return _insights(insights)
    if block.kind == JOBS:
        return _jobs(jobs)
    if block.kind == "replies":
        return [_part(reply_piece(), "", parse(EVERYONE))]
    piece, who = _piece(block.source), rule(block)
    return [_part(piece, _public(piece.html), who, say(who) if block.args else None)]


def _part(piece: Piece, page: str, who: Rule, label: str | None = None) -> Part:
    """A part whose piece knows who gets it, unless that is everybody."""
    data = dump(who)
    return Part(piece if data == EVERYONE else replace(piece, rule=data), page, who, label)


def _piece(source: str) -> Piece:
    base = settings().base_url
    return Piece(markdown.mail(source, base, FIELDS), markdown.text(source, base, FIELDS))


def _public(html: str) -> str:
    """The words for everybody to read: each field says what it would say to a stranger."""
    return FIELD.sub(lambda found: escape(found[2] or str(FIELDS[found[1]])), html)


def _insights(newest: Sequence[tuple[Said, Sequence[str]]]) -> list[Part]:
    """A row for each insight, to those who chose what it is about; the newest to those who chose none of it."""
    newest = newest[:NEWEST]
    rows = [_part(_row(insight), _row(insight).html, parse(_about(slugs))) for insight, slugs in newest]
    others = parse({"none": [_about(slugs) for _, slugs in newest]})
    return rows + [_part(_row(insight), "", others) for insight, slugs in newest[:FALLBACK]]


def has_jobs(source: str) -> bool:
    """Whether openings are to be listed in it. Raises MarkdownError."""
    return any(block.kind == JOBS for block in markdown.split(source))


def _jobs(items: Sequence[Item]) -> list[Part]:
    """A heading for whom any of the openings is, and a row for each, for whom that one is: asked again when the mail is
    built (P3). On the public page each stands as long as everybody may see it."""
    if not items:
        return []
    head = openings.heading(items)
    title = f"<h2>{escape(_('Openings'))}</h2>"
    found = [Part(head, while_open([item.slug for item in items], title), parse(head.rule or {}))]
    for item in items:
        row = openings.piece(item)
        found.append(Part(row, while_open([item.slug], openings.public(item)), parse(row.rule or {})))
    return found


def while_open(slugs: Sequence[str], html: str) -> str:
    """HTML that `queries.archive` leaves out when none of these openings is open any more."""
    return f"<!--opening:{' '.join(slugs)}-->{html}<!--/opening-->"


def untranslated(found: Sequence[Part], written: str) -> list[Part]:
    """The parts of an issue for who reads another language than it is `written` in: first of all, that is said."""
    text = _("This newsletter is not in English yet. Here it is as it was written.")
    said = Piece(f"<p><em>{escape(text)}</em></p>", text)
    rest = [replace(p, piece=replace(p.piece, html=f'<div lang="{written}">{p.piece.html}</div>')) for p in found]
    return [Part(said, "", parse(EVERYONE)), *rest]


def _about(slugs: Sequence[str]) -> dict[str, Any]:
    return {"interest": list(slugs)} if slugs else EVERYONE


def _row(insight: Said) -> Piece:
    url = links.absolute(f"/insights/{insight.slug}")
    html = f'<p lang="{insight.language}"><a href="{url}">{escape(insight.title)}</a><br>{escape(insight.summary)}</p>'
    return Piece(html, "\n".join([*wrap(insight.title, 72), *wrap(insight.summary, 72), url]))


def about(slug: str) -> str:
    """What every mail of an issue is about: nobody gets two of them (`Mailing.about`)."""
    return f"issue:{slug}"


def words(slug: str, subject: str, preview: str, hands: Hands, pieces: Sequence[Piece]) -> Words:
    """The whole mail. `subject` may hold merge fields as an author writes them."""
    org = settings().org_name
    why = _("You get this because you agreed to the newsletter of %(org)s.", org=org)
    return Words(
        kind="newsletter",
        purpose="newsletter",
        subject=markdown.line(subject, FIELDS),
        preheader=preview,
        pieces=pieces,
        why=" ".join([*_hands(hands), why]),
        from_name=f"{hands.under}, {org}" if hands.under else org,
        reply_to=hands.reply_to,
        about=about(slug),
        list_name=_("%(org)s newsletter", org=org),
        browser_url=links.absolute(f"/newsletter/{slug}"),
    )


def _hands(hands: Hands) -> Iterator[str]:
    """Who wrote it, who sent it and in whose name, as sentences for its foot."""
    if hands.sent is None:
        return
    if hands.wrote is None:
        yield _("Sent by %(name)s.", name=hands.sent)
    elif hands.wrote == hands.sent:
        yield _("Written and sent by %(name)s.", name=hands.sent)
    else:
        yield _("Written by %(writer)s, sent by %(sender)s.", writer=hands.wrote, sender=hands.sent)
    if hands.under and hands.under != hands.sent:
        yield _("It comes in the name of %(name)s.", name=hands.under)
