"""Scheduling an issue: freeze its words, give everybody whom the segment selects a delivery."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import ColumnElement, Select, case, literal, select

from portal import content
from portal.audience.files import Segment
from portal.audience.models import Eligibility
from portal.audience.queries import dump, recipients
from portal.db import db
from portal.languages import speaking
from portal.mail import outbox
from portal.mail.encoding import FIELD
from portal.mail.models import Mailing
from portal.newsletter import emails
from portal.newsletter.actions.drafting import Draft, drafts, lacking, mask, page
from portal.newsletter.models import Campaign, Edition, Issue


class NotReady(Exception):
    """Why an issue can't be scheduled, in sentences that say what to do."""

    def __init__(self, *problems: str) -> None:
        super().__init__(" ".join(problems))
        self.problems = problems


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
