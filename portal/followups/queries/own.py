"""Whose letters are whose."""

from sqlalchemy import Select, select

from portal.followups.models import Letter


def mailings_of(recruiter_id: int) -> Select[int | None]:
    """The ids of the mailings of the letters that a recruiter wrote, or that went out under their name."""
    theirs = (Letter.recruiter_id == recruiter_id) | (Letter.sender_id == recruiter_id)
    return select(Letter.mailing_id).where(theirs, Letter.mailing_id.is_not(None))
