"""What was sent and what is on its way."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, and_, case, func, select

from portal.db import db
from portal.mail.models import Delivery
from portal.newsletter.models import Campaign, Edition, Issue

OPEN_STATES = ("queued", "sending", "deferred")


def mailing_ids(campaign: Campaign) -> list[int]:
    """A campaign's mailings, one for each language, the house's first."""
    others = select(Edition.mailing_id).filter_by(campaign_id=campaign.id).order_by(Edition.mailing_id)
    return [campaign.mailing_id, *db.session.scalars(others)]


def counts(campaign: Campaign, now: datetime) -> dict[tuple[str, str | None], int]:
    """How many deliveries are in each state, with the reason of those that were skipped (P6). `held`: queued, and
    waiting until mail may come to that person."""
    reason = case((held(now), "held"), else_=Delivery.reason).label("why")
    rows = select(Delivery.state, reason, func.count()).where(Delivery.mailing_id.in_(mailing_ids(campaign)))
    return {(state, why): n for state, why, n in db.session.execute(rows.group_by(Delivery.state, reason))}


def held_until(campaign: Campaign, now: datetime) -> datetime | None:
    """When the last of those that are held may go; None if none is."""
    rows = select(func.max(Delivery.not_before)).where(Delivery.mailing_id.in_(mailing_ids(campaign)), held(now))
    return db.session.scalar(rows)


def held(now: datetime) -> ColumnElement[bool]:
    """Of a `delivery` of the enclosing query: waits until mail may come to that person."""
    return and_(Delivery.state == "queued", Delivery.held_from.is_not(None), Delivery.not_before > now)


def campaigns() -> Sequence[tuple[Campaign, str]]:
    """Every campaign with its issue's slug, newest first."""
    rows = select(Campaign, Issue.slug).join(Issue, Issue.id == Campaign.issue_id).order_by(Campaign.id.desc())
    return [(campaign, slug) for campaign, slug in db.session.execute(rows)]


def phase(campaign: Campaign, found: dict[tuple[str, str | None], int], now: datetime) -> str:
    """Where a campaign stands: cancelled, paused, scheduled, sending, waiting (for the hours of those left over), or
    done."""
    if campaign.cancelled_at is not None:
        return "cancelled"
    if campaign.paused_at is not None and any(state in OPEN_STATES for state, _ in found):
        return "paused"
    if campaign.send_at > now:
        return "scheduled"
    if any(state in OPEN_STATES and reason != "held" for state, reason in found):
        return "sending"
    return "waiting" if ("queued", "held") in found else "done"
