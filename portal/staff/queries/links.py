"""Links to take up an invitation or to set up one's account anew: is this one still good, and where does it lead."""

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, select

from portal import links
from portal.db import db
from portal.staff.models import Recruiter, StaffLink

LIFETIMES = {"invite": timedelta(days=7), "reset": timedelta(hours=24)}
_DERIVED = {"invite": "staff-invite", "reset": "staff-reset"}
"""What the secrets are derived for: none of a member's links ever works here (W-07)."""


def living(now: datetime) -> ColumnElement[bool]:
    """True for links that were not used and have not run out."""
    return StaffLink.used_at.is_(None) & (StaffLink.expires_at > now)


def find_living(token: str, now: datetime) -> tuple[StaffLink, Recruiter] | None:
    """The link with this secret and whose it is, if it still works."""
    rows = select(StaffLink, Recruiter).join(Recruiter, Recruiter.id == StaffLink.recruiter_id)
    rows = rows.where(StaffLink.digest == links.digest(token), living(now), Recruiter.ended_at.is_(None))
    found = db.session.execute(rows).first()
    return (found[0], found[1]) if found else None


def derived(purpose: str, nonce: str, stored: bytes | None = None) -> str:
    """The secret of a link's nonce. Raises LookupError when the key it was made with is gone from the settings."""
    return links.derive(_DERIVED[purpose], nonce, stored)


def action_url(link: StaffLink) -> str:
    """The address of a link's page. Raises LookupError as `derived` does."""
    return links.absolute(f"/desk/invited/{derived(link.purpose, link.nonce, link.digest)}")


def latest(recruiter_id: int) -> StaffLink | None:
    """The last link that was made for somebody, dead or alive."""
    rows = select(StaffLink).filter_by(recruiter_id=recruiter_id).order_by(StaffLink.id.desc()).limit(1)
    return db.session.scalar(rows)
