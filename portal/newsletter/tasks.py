"""What the worker does with newsletters."""

from datetime import datetime, timedelta

import structlog
from sqlalchemy import or_, select

from portal.db import db
from portal.newsletter import emails
from portal.newsletter.actions import stopping
from portal.newsletter.models import Campaign, Issue
from portal.staff.queries import senders

LONGEST = timedelta(days=16)
"""Nothing of a campaign waits longer: three days of turns, and less than two weeks for somebody's hours."""
log = structlog.get_logger(__name__)


def sweep(now: datetime) -> None:
    """Pause what would go out under the name of somebody who no longer allows it."""
    others = or_(Campaign.recruiter_id.is_(None), Campaign.sender_id != Campaign.recruiter_id)
    rows = select(Campaign, Issue.slug).join(Issue, Issue.id == Campaign.issue_id)
    goes_on = Campaign.paused_at.is_(None), Campaign.cancelled_at.is_(None), Campaign.send_at > now - LONGEST
    for campaign, slug in db.session.execute(rows.where(others, *goes_on)).all():
        sender = campaign.sender_id
        if sender is not None and not senders.may_appear(sender, "newsletter", emails.about(slug)):
            stopping.pause(campaign, None, now)
            log.warning("a sender no longer allows it", campaign=campaign.id)
    db.session.commit()
