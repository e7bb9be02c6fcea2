"""An issue laid out as it would go: its parts, who gets which, what is missing. Changes nothing."""

from dataclasses import dataclass
from datetime import datetime
from html import escape
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, case, literal

from portal.alerts.queries import criterion
from portal.alerts.queries.items import Item, items
from portal.audience.files import Segment
from portal.audience.queries import Rule, dump, missing, parse, segment_clause
from portal.audience.queries.diff import Diff
from portal.config import settings
from portal.db import db
from portal.insights.queries import newest, said
from portal.languages import LANGUAGES, ngettext, speaking
from portal.languages import gettext as _
from portal.mail import outbox
from portal.mail.encoding import FIELD
from portal.newsletter import emails
from portal.newsletter.emails import Hands
from portal.newsletter.models import Issue, IssueTranslation

JOBS = 20
"""Openings in one newsletter."""


@dataclass(frozen=True)
class Draft:
    """An issue laid out as it would go now to who reads `language`; not `translated`: in the house's own words."""

    language: str
    translated: bool
    parts: list[emails.Part]
    words: outbox.Words


def draft(issue: Issue, now: datetime, language: str | None = None, hands: Hands | None = None) -> Draft:
    """Lay an issue out for who reads `language` (the house's unless given). Raises MarkdownError, SegmentError."""
    language = language or settings().language
    text = db.session.get(IssueTranslation, (issue.id, language)) if language != settings().language else None
    return lay_out(issue, text, now, language, hands)


def lay_out(
    issue: Issue, text: IssueTranslation | None, now: datetime, language: str, hands: Hands | None = None
) -> Draft:
    """The same of words at hand, which need not be in the database: an issue, and what it says in `language` unless
    that is the house's or nobody has translated it. `hands`: through which it goes; unless given, it only has the name
    that the issue says. Raises MarkdownError, SegmentError."""
    house, words = settings().language, text or issue
    with speaking(language):
        found = newest(now.date(), emails.NEWEST)
        titles = zip(said([insight for insight, _ in found]), (slugs for _, slugs in found), strict=True)
        jobs = openings(now) if emails.has_jobs(words.source) else ()
        parts = emails.parts(words.source, list(titles), jobs)
        if text is None and language != house:
            parts = emails.untranslated(parts, house)
        pieces = [part.piece for part in parts]
        mail = emails.words(issue.slug, words.subject, words.preview, hands or Hands(under=issue.sender), pieces)
        return Draft(language, text is not None, parts, mail)


def lacking(draft: Draft, segment: Segment, now: datetime) -> dict[str, int]:
    """Merge fields without a fallback, and how many people of the segment have no value for them."""
    texts = [draft.words.subject, *(piece.text for piece in draft.words.pieces if not piece.again)]
    bare = {found[1] for text in texts for found in FIELD.finditer(text) if found[2] is None}
    counts = {name: missing(segment.rule, "newsletter", name, now) for name in sorted(bare)}
    return {name: count for name, count in counts.items() if count}


def openings(now: datetime) -> list[Item]:
    """The newest openings that everybody may see, in the language that is spoken. Three statements, two of them once
    inside `keeping`."""
    found = [one for one in criterion.openings(now).values() if one.state_at(now) == "open"]
    return items(found[:JOBS], now)


def rules(draft: Draft) -> list[Rule]:
    """For `diff`: the rule of each of its parts, then that of who reads each language, in their order."""
    return [part.rule for part in draft.parts] + [parse({"language": [code]}) for code in spoken()]


def spoken() -> list[str]:
    """Our languages, the house's first."""
    return sorted(LANGUAGES, key=lambda code: code != settings().language)


def warnings(draft: Draft, segment: Segment, found: Diff) -> list[str]:
    """A sentence for each group that is so small that each of its people could be told apart. `found`: the diff with
    the parts of the draft."""
    mend, fewest = _("So few could be told apart. Choose more people, unless that is meant."), settings().min_segment
    said = []
    if 0 < found.match < fewest:
        said.append(ngettext("Only one member is in “%(segment)s”.", "Only %(count)s members are in “%(segment)s”.",
                             found.match, count=found.match, segment=segment.name))  # fmt: skip
    for part, share in zip(draft.parts, found.parts, strict=False):
        if part.label and 0 < share.selected < fewest:
            said.append(ngettext("Only one member of “%(segment)s” gets this part: %(whom)s",
                                 "Only %(count)s members of “%(segment)s” get this part: %(whom)s",
                                 share.selected, count=share.selected, segment=segment.name,
                                 whom=part.label))  # fmt: skip
    return [f"{words} {mend}" for words in said]


def drafts(issue: Issue, now: datetime, hands: Hands | None = None) -> list[Draft]:
    """An issue for who reads each of our languages, the house's first. Raises MarkdownError, SegmentError."""
    return [draft(issue, now, language, hands) for language in spoken()]


def mask(parts: list[emails.Part], now: datetime) -> ColumnElement[int]:
    """Which parts a member gets, as bits, worked out by the database for all at once."""
    bits: ColumnElement[Any] = literal(0, BigInteger)
    for position, part in enumerate(parts):
        bit = literal(1 << position, BigInteger)
        always = dump(part.rule) == emails.EVERYONE
        bits = bits + (bit if always else case((segment_clause(part.rule, now), bit), else_=literal(0, BigInteger)))
    return bits


def page(parts: list[emails.Part]) -> str:
    """The public copy: every part, those for some marked with whom they are for."""
    shown = []
    for part in filter(lambda part: part.page, parts):
        who = f'<p class="meta">{escape(part.label)}</p>' if part.label else ""
        shown.append(f'<section class="part">{who}{part.page}</section>' if who else part.page)
    return "\n".join(shown)
