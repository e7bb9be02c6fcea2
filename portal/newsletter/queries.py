"""What was sent, what is on its way, and the public archive."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, func, select

from portal.config import settings
from portal.db import db
from portal.languages import current
from portal.mail.models import Delivery
from portal.newsletter.models import Campaign, Edition, Issue


@dataclass(frozen=True, slots=True)
class Letter:
    """A newsletter as it stands in the archive, in the words of `language`; `page` only where it is to be read."""

    slug: str
    subject: str
    preview: str
    send_at: datetime
    language: str
    page: str = ""

    @property
    def foreign(self) -> bool:
        """Not in the language that is spoken now: the page says so."""
        return self.language != current()


def _shown(now: datetime) -> ColumnElement[bool]:
    return (Campaign.send_at <= now) & Campaign.cancelled_at.is_(None)


def latest(now: datetime, limit: int = 50) -> Sequence[Letter]:
    """Issues that went out, newest first. Each once, however many segments."""
    first = select(func.min(Campaign.id)).where(_shown(now)).group_by(Campaign.issue_id)
    rows = _letters().where(Campaign.id.in_(first)).order_by(Campaign.send_at.desc()).limit(limit)
    return [_letter(row) for row in db.session.execute(rows)]


def archived(slug: str, now: datetime) -> Letter | None:
    """The first campaign of an issue that went out, or None."""
    rows = _letters().add_columns(func.coalesce(Edition.page, Campaign.page).label("page"))
    row = db.session.execute(rows.where(Issue.slug == slug, _shown(now)).order_by(Campaign.id).limit(1)).first()
    return replace(_letter(row), page=row.page) if row else None


def _letters() -> Select[str, str, str, datetime, bool]:
    """In the language that is spoken now, where there is a translation."""
    mine = and_(Edition.campaign_id == Campaign.id, Edition.language == current(), Edition.translated)
    return (
        select(
            Issue.slug,
            func.coalesce(Edition.subject, Campaign.subject).label("subject"),
            func.coalesce(Edition.preview, Issue.preview).label("preview"),
            Campaign.send_at,
            Edition.translated,
        )
        .join(Issue, Issue.id == Campaign.issue_id)
        .outerjoin(Edition, mine)
    )


def _letter(row: Any) -> Letter:
    language = current() if row.translated else settings().language
    return Letter(row.slug, row.subject, row.preview, row.send_at, language)


def mailing_ids(campaign: Campaign) -> list[int]:
    """A campaign's mailings, one for each language, the house's first."""
    others = select(Edition.mailing_id).filter_by(campaign_id=campaign.id).order_by(Edition.mailing_id)
    return [campaign.mailing_id, *db.session.scalars(others)]


def counts(campaign: Campaign, now: datetime) -> dict[tuple[str, str | None], int]:
    """How many deliveries are in each state, with the reason of those that were skipped (P6). `held`: queued, and
    waiting until mail may come to that person."""
    reason = case((_held(now), "held"), else_=Delivery.reason).label("why")
    rows = select(Delivery.state, reason, func.count()).where(Delivery.mailing_id.in_(mailing_ids(campaign)))
    return {(state, why): n for state, why, n in db.session.execute(rows.group_by(Delivery.state, reason))}


def held_until(campaign: Campaign, now: datetime) -> datetime | None:
    """When the last of those that are held may go; None if none is."""
    rows = select(func.max(Delivery.not_before)).where(Delivery.mailing_id.in_(mailing_ids(campaign)), _held(now))
    return db.session.scalar(rows)


def _held(now: datetime) -> ColumnElement[bool]:
    return and_(Delivery.state == "queued", Delivery.held_from.is_not(None), Delivery.not_before > now)


def campaigns() -> Sequence[tuple[Campaign, str]]:
    """Every campaign with its issue's slug, newest first."""
    rows = select(Campaign, Issue.slug).join(Issue, Issue.id == Campaign.issue_id).order_by(Campaign.id.desc())
    return [(campaign, slug) for campaign, slug in db.session.execute(rows)]


def phase(campaign: Campaign, found: dict[tuple[str, str | None], int], now: datetime) -> str:
    """Where a campaign stands: cancelled, scheduled, sending, waiting (for the hours of those left over) or done."""
    if campaign.cancelled_at is not None:
        return "cancelled"
    if campaign.send_at > now:
        return "scheduled"
    if any(state in {"queued", "sending", "deferred"} and reason != "held" for state, reason in found):
        return "sending"
    return "waiting" if ("queued", "held") in found else "done"
