"""Taking a campaign back."""

from datetime import datetime

from portal import content
from portal.mail import outbox
from portal.newsletter.models import Campaign
from portal.newsletter.queries import mailing_ids


def cancel(campaign: Campaign, now: datetime) -> int:
    """Stop a campaign: nothing that has not begun goes out. Returns how many deliveries were stopped."""
    if campaign.cancelled_at is not None:
        return 0
    campaign.cancelled_at = now
    content.touch()
    return sum(outbox.cancel(id, now) for id in mailing_ids(campaign))
