"""An issue laid out as it would go: its parts, who gets which, what is missing. Changes nothing."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from html import escape
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, case, literal

from portal.audience.files import Segment
from portal.audience.queries import dump, missing, reach, segment_clause, small
from portal.audience.queries.segments import Group
from portal.config import settings
from portal.db import db
from portal.insights.queries import newest, said
from portal.languages import LANGUAGES, speaking
from portal.mail import outbox
from portal.mail.encoding import FIELD
from portal.newsletter import emails
from portal.newsletter.models import Issue, IssueTranslation


@dataclass(frozen=True)
class Draft:
    """An issue laid out as it would go now to who reads `language`; not `translated`: in the house's own words."""

    language: str
    translated: bool
    parts: list[emails.Part]
    words: outbox.Words


def draft(issue: Issue, now: datetime, language: str | None = None) -> Draft:
    """Lay an issue out for who reads `language` (the house's unless given). Raises MarkdownError, SegmentError."""
    language = language or settings().language
    text = db.session.get(IssueTranslation, (issue.id, language)) if language != settings().language else None
    return lay_out(issue, text, now, language)


def lay_out(issue: Issue, text: IssueTranslation | None, now: datetime, language: str) -> Draft:
    """The same of words at hand, which need not be in the database: an issue, and what it says in `language` unless
    that is the house's or nobody has translated it. Raises MarkdownError, SegmentError."""
    house, words = settings().language, text or issue
    with speaking(language):
        found = newest(now.date(), emails.NEWEST)
        titles = zip(said([insight for insight, _ in found]), (slugs for _, slugs in found), strict=True)
        parts = emails.parts(words.source, list(titles))
        if text is None and language != house:
            parts = emails.untranslated(parts, house)
        pieces = [part.piece for part in parts]
        mail = emails.words(issue.slug, words.subject, words.preview, issue.sender, pieces)
        return Draft(language, text is not None, parts, mail)


def lacking(draft: Draft, segment: Segment, now: datetime) -> dict[str, int]:
    """Merge fields without a fallback, and how many people of the segment have no value for them."""
    texts = [draft.words.subject, *(piece.text for piece in draft.words.pieces)]
    bare = {found[1] for text in texts for found in FIELD.finditer(text) if found[2] is None}
    counts = {name: missing(segment.rule, "newsletter", name, now) for name in sorted(bare)}
    return {name: count for name, count in counts.items() if count}


def share(part: emails.Part, segment: Segment, now: datetime) -> int:
    """How many of those whom the segment reaches get this part."""
    both = Group("all", (segment.rule, part.rule))
    return reach(both, "newsletter", now).get(None, 0)


def warnings(parts: Sequence[emails.Part], segment: Segment, now: datetime) -> list[str]:
    """A sentence for each group that is so small that each of its people could be told apart."""
    groups = [(f"people are in {segment.slug}", segment.rule)]
    groups += [
        (f"of them get a part ({part.label.rstrip('.')})", Group("all", (segment.rule, part.rule)))
        for part in parts
        if part.label
    ]
    counted = [(words, small(rule, now)) for words, rule in groups]
    mend = "so few that each could be told apart. Choose more people, unless that is meant"
    return [f"Only {count} {words}: {mend}." for words, count in counted if count is not None]


def drafts(issue: Issue, now: datetime) -> list[Draft]:
    """An issue for who reads each of our languages, the house's first. Raises MarkdownError, SegmentError."""
    house = settings().language
    return [draft(issue, now, language) for language in sorted(LANGUAGES, key=lambda code: code != house)]


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
