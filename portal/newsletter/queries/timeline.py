"""Every newsletter to a member, and what became of it, for the timeline at the desk."""

from collections.abc import Iterator

from sqlalchemy import or_, select

from portal.audience.queries.became import became
from portal.db import db
from portal.languages import gettext as _
from portal.mail.models import Delivery, Mailing
from portal.members.models import Member
from portal.members.queries.timeline import Touch
from portal.newsletter.models import Campaign, Edition, Issue
from portal.staff.models import Recruiter


def timeline(member_id: int, limit: int) -> list[Touch]:
    """The newest first."""
    member = db.session.get(Member, member_id)
    return list(_touches(member, limit)) if member else []


def _touches(member: Member, limit: int) -> Iterator[Touch]:
    editions = select(Edition.campaign_id).where(Edition.mailing_id == Mailing.id).scalar_subquery()
    rows = (
        select(Delivery, Campaign, Issue.slug, Recruiter.name)
        .join(Mailing, Mailing.id == Delivery.mailing_id)
        .join(Campaign, or_(Campaign.mailing_id == Mailing.id, Campaign.id == editions))
        .join(Issue, Issue.id == Campaign.issue_id)
        .outerjoin(Recruiter, Recruiter.id == Campaign.recruiter_id)
        .where(Delivery.member_id == member.id)
        .order_by(Delivery.id.desc())
        .limit(limit)
    )
    for delivery, campaign, slug, sender in db.session.execute(rows):
        at = delivery.first_at or delivery.ended_at or campaign.created_at
        words = _("Newsletter: “%(subject)s”", subject=campaign.subject)
        said = [became(delivery, member, campaign.created_at)]
        yield Touch(at, "newsletter", words, said, sender, f"/desk/newsletters/{slug}/result")
