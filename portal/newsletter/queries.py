"""What was sent, what is on its way, and the public archive."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, Row, func, select

from portal.db import db
from portal.mail.models import Delivery
from portal.newsletter.models import Campaign, Issue

Sent = Row[str, str, str, datetime]


def _shown(now: datetime) -> ColumnElement[bool]:
    return (Campaign.send_at <= now) & Campaign.cancelled_at.is_(None)


def latest(now: datetime, limit: int = 50) -> Sequence[Sent]:
    """Issues that went out, newest first: (slug, subject, preview, send_at). Each once, however many segments."""
    first = select(func.min(Campaign.id)).where(_shown(now)).group_by(Campaign.issue_id)
    rows = (
        select(Issue.slug, Campaign.subject, Issue.preview, Campaign.send_at)
        .join(Issue, Issue.id == Campaign.issue_id)
        .where(Campaign.id.in_(first))
    )
    return db.session.execute(rows.order_by(Campaign.send_at.desc()).limit(limit)).all()


def archived(slug: str, now: datetime) -> Campaign | None:
    """The first campaign of an issue that went out, or None."""
    rows = select(Campaign).join(Issue, Issue.id == Campaign.issue_id).where(Issue.slug == slug, _shown(now))
    return db.session.scalar(rows.order_by(Campaign.id).limit(1))


def counts(mailing_id: int) -> dict[tuple[str, str | None], int]:
    """How many deliveries are in each state, with the reason of those that were skipped (P6)."""
    rows = select(Delivery.state, Delivery.reason, func.count()).filter_by(mailing_id=mailing_id)
    return {
        (state, reason): n for state, reason, n in db.session.execute(rows.group_by(Delivery.state, Delivery.reason))
    }


def campaigns() -> Sequence[tuple[Campaign, str]]:
    """Every campaign with its issue's slug, newest first."""
    rows = select(Campaign, Issue.slug).join(Issue, Issue.id == Campaign.issue_id).order_by(Campaign.id.desc())
    return [(campaign, slug) for campaign, slug in db.session.execute(rows)]


def phase(campaign: Campaign, found: dict[tuple[str, str | None], int], now: datetime) -> str:
    """Where a campaign stands: cancelled, scheduled, sending or done."""
    if campaign.cancelled_at is not None:
        return "cancelled"
    if campaign.send_at > now:
        return "scheduled"
    return "sending" if any(state in {"queued", "sending", "deferred"} for state, _ in found) else "done"
