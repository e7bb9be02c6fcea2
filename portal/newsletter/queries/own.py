"""Whose newsletters are whose."""

from sqlalchemy import Select, select

from portal.newsletter.models import Campaign, Edition


def mailings_of(recruiter_id: int) -> Select[int]:
    """The ids of the mailings that a recruiter sent, in every language, or that went out under their name."""
    theirs = (Campaign.recruiter_id == recruiter_id) | (Campaign.sender_id == recruiter_id)
    house = select(Campaign.mailing_id).where(theirs)
    others = select(Edition.mailing_id).join(Campaign, Campaign.id == Edition.campaign_id).where(theirs)
    return select(house.union_all(others).subquery().c[0])
