"""Scheduling an issue: freeze its words, give everybody whom the segment selects a delivery. And taking it back."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from html import escape
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Select, case, literal, select

from portal import content
from portal.audience.files import Segment
from portal.audience.models import Eligibility
from portal.audience.queries import dump, missing, reach, recipients, segment_clause, small
from portal.audience.queries.segments import Group
from portal.config import settings
from portal.db import db
from portal.insights.queries import newest, said
from portal.languages import LANGUAGES, speaking
from portal.mail import outbox
from portal.mail.encoding import FIELD
from portal.mail.models import Mailing
from portal.newsletter import emails
from portal.newsletter.models import Campaign, Edition, Issue, IssueTranslation
from portal.newsletter.queries import mailing_ids


class NotReady(Exception):
    """Why an issue can't be scheduled, in sentences that say what to do."""

    def __init__(self, *problems: str) -> None:
        super().__init__(" ".join(problems))
        self.problems = problems


@dataclass(frozen=True)
class Draft:
    """An issue laid out as it would go now to who reads `language`; not `translated`: in the house's own words."""

    language: str
    translated: bool
    parts: list[emails.Part]
    words: outbox.Words


def draft(issue: Issue, now: datetime, language: str | None = None) -> Draft:
    """Lay an issue out for who reads `language` (the house's unless given). Raises MarkdownError, SegmentError."""
    house = settings().language
    language = language or house
    with speaking(language):
        text = db.session.get(IssueTranslation, (issue.id, language)) if language != house else None
        words = text or issue
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


def schedule(issue: Issue, segment: Segment, send_at: datetime, now: datetime) -> Campaign:
    """Freeze an issue and queue its deliveries for `send_at`. Raises NotReady, outbox.TooLong.

    Who the segment selects is settled here and now; who of them may be written to, when each is due.
    """
    _refuse_duplicate(issue, segment)
    drawn = drafts(issue, now)
    for name, count in {name: n for each in drawn for name, n in lacking(each, segment, now).items()}.items():
        raise NotReady(f"{count} people have no {name}: write [[{name}|something else]], or leave the field out.")
    rule, house = dump(segment.rule), drawn[0]
    mailings = [outbox.freeze(replace(each.words, rule=rule, segment=segment.slug), now) for each in drawn]
    campaign = Campaign(
        issue_id=issue.id,
        mailing_id=mailings[0].id,
        segment=segment.slug,
        rule=rule,
        subject=_public(house),
        page=page(house.parts),
        send_at=max(send_at, now),
        created_at=now,
    )
    db.session.add(campaign)
    db.session.flush()
    frozen = list(zip(drawn, mailings, strict=True))
    db.session.add_all(_edition(campaign, mailing, each) for each, mailing in frozen[1:])
    outbox.queue_all(mailings, _chosen(segment, frozen, now), campaign.send_at, now)
    content.touch()
    return campaign


def _chosen(segment: Segment, frozen: Sequence[tuple[Draft, Mailing]], now: datetime) -> Select[int, int, int]:
    """Everybody the segment selects, each with the mailing in their language and the parts of it that they get."""
    ids = [(each.language, literal(mailing.id)) for each, mailing in frozen]
    masks = [(each.language, mask(each.parts, now)) for each, _ in frozen]
    columns = _by_language(ids), Eligibility.member_id, _by_language(masks)
    return recipients(segment.rule, "newsletter", now).with_only_columns(*columns)


def _by_language(values: Sequence[tuple[str, ColumnElement[int]]]) -> ColumnElement[int]:
    """The value for the language that a member reads; the first for who reads none of them."""
    others = [(Eligibility.language == code, value) for code, value in values[1:]]
    return case(*others, else_=values[0][1])


def drafts(issue: Issue, now: datetime) -> list[Draft]:
    """An issue for who reads each of our languages, the house's first. Raises MarkdownError, SegmentError."""
    house = settings().language
    return [draft(issue, now, language) for language in sorted(LANGUAGES, key=lambda code: code != house)]


def _edition(campaign: Campaign, mailing: Mailing, drawn: Draft) -> Edition:
    return Edition(
        campaign_id=campaign.id,
        language=drawn.language,
        mailing_id=mailing.id,
        translated=drawn.translated,
        subject=_public(drawn),
        preview=drawn.words.preheader,
        page=page(drawn.parts),
    )


def _public(drawn: Draft) -> str:
    """The subject as it stands in the archive."""
    with speaking(drawn.language):
        return FIELD.sub(lambda found: found[2] or str(emails.FIELDS[found[1]]), drawn.words.subject)


def _refuse_duplicate(issue: Issue, segment: Segment) -> None:
    same = select(Campaign).filter_by(issue_id=issue.id, segment=segment.slug, cancelled_at=None)
    first = db.session.scalar(same)
    if first is not None:
        raise NotReady(
            f"“{issue.slug}” goes to “{segment.slug}” already: campaign {first.id}, {first.send_at:%Y-%m-%d %H:%M} "
            "UTC. Cancel it first, or choose another segment."
        )


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


def cancel(campaign: Campaign, now: datetime) -> int:
    """Stop a campaign: nothing that has not begun goes out. Returns how many deliveries were stopped."""
    if campaign.cancelled_at is not None:
        return 0
    campaign.cancelled_at = now
    content.touch()
    return sum(outbox.cancel(id, now) for id in mailing_ids(campaign))
