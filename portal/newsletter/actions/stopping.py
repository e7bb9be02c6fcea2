"""Pausing a campaign and going on, taking it back before its time, stopping it."""

from datetime import datetime

from sqlalchemy import update

from portal import content
from portal.db import db
from portal.mail import stopping
from portal.newsletter.models import Campaign
from portal.newsletter.queries import mailing_ids
from portal.staff.actions.audit import note
from portal.staff.models import Recruiter

Who = Recruiter | None


def pause(campaign: Campaign, by: Who, now: datetime) -> bool:
    """Let nothing more of it begin until it is resumed; what is in flight arrives. False if it is paused or stopped."""
    _hold(campaign)
    if campaign.paused_at or campaign.cancelled_at:
        return False
    campaign.paused_at = now
    stopping.pause(mailing_ids(campaign), now)
    note(by, "campaign.pause", "campaign", campaign.id, now)
    return True


def resume(campaign: Campaign, by: Who, now: datetime) -> bool:
    """Go on where it was paused. False if it is not paused."""
    _hold(campaign)
    if campaign.paused_at is None or campaign.cancelled_at:
        return False
    campaign.paused_at = None
    stopping.resume(mailing_ids(campaign))
    note(by, "campaign.resume", "campaign", campaign.id, now)
    return True


def cancel(campaign: Campaign, by: Who, now: datetime) -> int:
    """Stop a campaign: nothing that has not begun goes out. Returns how many deliveries were stopped."""
    return _stop(campaign, by, now, "campaign.cancel")


def unschedule(campaign: Campaign, by: Who, now: datetime) -> bool:
    """Take it back before its time, so that it can be changed and scheduled again. False once its time has come."""
    _hold(campaign)
    if campaign.cancelled_at or campaign.send_at <= now:
        return False
    _stop(campaign, by, now, "campaign.unschedule")
    return True


def _stop(campaign: Campaign, by: Who, now: datetime, action: str) -> int:
    _hold(campaign)
    if campaign.cancelled_at is not None:
        return 0
    campaign.cancelled_at = now
    stopped = stopping.cancel(mailing_ids(campaign), now)
    note(by, action, "campaign", campaign.id, now, stopped=stopped)
    content.touch()
    return stopped


def _hold(campaign: Campaign) -> None:
    """Wait until nobody else stops or resumes it, and see what they did."""
    db.session.flush()
    same = update(Campaign).where(Campaign.id == campaign.id).values(segment=Campaign.segment)
    db.session.execute(same.execution_options(synchronize_session=False))
    db.session.refresh(campaign)
