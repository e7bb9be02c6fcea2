"""Scheduling an issue: freeze its words, give everybody whom the segment selects a delivery."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Select, case, literal, update

from portal import content
from portal.audience.files import Segment
from portal.audience.models import Eligibility
from portal.audience.queries import count, dump, recipients
from portal.audience.queries.catalogue import at_once, keeping
from portal.db import db
from portal.languages import speaking
from portal.mail import outbox
from portal.mail.encoding import FIELD
from portal.mail.models import Delivery, Mailing
from portal.newsletter import emails
from portal.newsletter.actions import needs
from portal.newsletter.actions.drafting import Draft, drafts, mask, page
from portal.newsletter.actions.needs import AlreadySent, NotReady
from portal.newsletter.emails import Hands
from portal.newsletter.models import Campaign, Edition, Issue
from portal.newsletter.queries.letters import around
from portal.staff.actions.audit import note
from portal.staff.models import Recruiter

SPREAD_STEP = timedelta(minutes=15)
MOST_HOURS = 72
SCATTER = 7919
"""A prime: neighbours by number, who joined together, get it at different times."""


@dataclass(frozen=True)
class Order:
    """Who wants it sent, and how. `by`: who presses the button (None: a command), `sender`: under whose name (None: the
    house's, or the one that the issue says), `wrote`: who wrote the words. `spread_hours`: over how many it goes, at
    most MOST_HOURS."""

    by: Recruiter | None = None
    sender: Recruiter | None = None
    wrote: Recruiter | None = None
    spread_hours: int = 0

    def hands(self) -> Hands | None:
        """The same for the words; None for what a command sends under the name that the issue says."""
        if self.by is None and self.sender is None:
            return None
        reply_to = (self.sender.reply_to or self.sender.address) if self.sender else None
        wrote, sent, under = (one.name if one else None for one in (self.wrote, self.by, self.sender))
        return Hands(wrote, sent, under, reply_to)


NOBODY = Order()


def schedule(issue: Issue, segment: Segment, send_at: datetime, now: datetime, order: Order = NOBODY) -> Campaign:
    """Freeze an issue and queue its deliveries for `send_at`. Raises NotReady, AlreadySent, outbox.TooLong.

    Who the segment selects is settled here and now; who of them may be written to, when each is due. Of two at once the
    second waits here for the first, and is refused.
    """
    _in_turn(issue)
    _refuse_duplicate(issue, segment, order)
    with keeping():
        drawn = drafts(issue, now, order.hands())
    if lacks := needs.of_words(drawn, segment, count(segment.rule, now), now):
        raise NotReady(*lacks)
    campaign, frozen = _frozen(issue, segment, max(send_at, now), now, order, drawn)
    mailings = [mailing for _, mailing in frozen]
    with at_once():
        chosen = _chosen(segment, frozen, campaign, now)
    outbox.queue_all(mailings, chosen, campaign.send_at, now)
    note(order.by, "campaign.schedule", "campaign", campaign.id, now, issue=issue.slug, segment=segment.slug,
         send_at=campaign.send_at.isoformat(), sender=campaign.sender_id, spread_hours=order.spread_hours)  # fmt: skip
    content.touch()
    return campaign


def _frozen(
    issue: Issue, segment: Segment, send_at: datetime, now: datetime, order: Order, drawn: Sequence[Draft]
) -> tuple[Campaign, list[tuple[Draft, Mailing]]]:
    rule, house = dump(segment.rule), drawn[0]
    mailings = [outbox.freeze(replace(each.words, rule=rule, segment=segment.slug), now) for each in drawn]
    campaign = Campaign(
        issue_id=issue.id,
        mailing_id=mailings[0].id,
        segment=segment.slug,
        rule=rule,
        subject=_public(house),
        page=page(house.parts),
        send_at=send_at,
        created_at=now,
        recruiter_id=order.by.id if order.by else None,
        sender_id=order.sender.id if order.sender else None,
        spread_hours=order.spread_hours,
    )
    db.session.add(campaign)
    db.session.flush()
    frozen = list(zip(drawn, mailings, strict=True))
    db.session.add_all(_edition(campaign, mailing, each) for each, mailing in frozen[1:])
    return campaign, frozen


def _chosen(
    segment: Segment, frozen: Sequence[tuple[Draft, Mailing]], campaign: Campaign, now: datetime
) -> Select[int, int, int, datetime]:
    """Everybody the segment selects, each with the mailing in their language, the parts of it that they get, and from
    when on."""
    ids = [(each.language, literal(mailing.id)) for each, mailing in frozen]
    masks = [(each.language, mask(each.parts, now)) for each, _ in frozen]
    columns = _by_language(ids), Eligibility.member_id, _by_language(masks), _turn(campaign)
    return recipients(segment.rule, "newsletter", now).with_only_columns(*columns)


def _turn(campaign: Campaign) -> ColumnElement[datetime]:
    """When a member's turn is: spread evenly over the hours, in no order that means anything."""
    steps = max(1, int(timedelta(hours=campaign.spread_hours) / SPREAD_STEP))
    time = Delivery.not_before.type
    if steps == 1:
        return literal(campaign.send_at, time)
    turn = (Eligibility.member_id * SCATTER) % steps
    times = [(turn == n, literal(campaign.send_at + n * SPREAD_STEP, time)) for n in range(1, steps)]
    return case(*times, else_=literal(campaign.send_at, time))


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


def _in_turn(issue: Issue) -> None:
    """Wait until nobody else is scheduling this issue."""
    db.session.flush()
    same = update(Issue).where(Issue.id == issue.id).values(slug=Issue.slug)
    db.session.execute(same.execution_options(synchronize_session=False))


def _refuse_duplicate(issue: Issue, segment: Segment, order: Order) -> None:
    first = around(issue.slug, segment.slug).first
    if first is not None:
        raise AlreadySent(first, needs.again(issue.slug, segment, first, order.by.time_zone if order.by else "UTC"))
