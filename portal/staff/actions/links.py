"""Making and using links that work once: to take up an invitation, or to set up an account anew."""

from datetime import datetime

from sqlalchemy import update

from portal import links
from portal.db import changed, db
from portal.staff.models import Recruiter, StaffLink
from portal.staff.queries.links import LIFETIMES, derived, living


def make(recruiter: Recruiter, purpose: str, by: int | None, now: datetime) -> StaffLink:
    """A fresh link for somebody; those they had work no longer (W-01). `by`: who made it, None for a command."""
    void(recruiter.id, now)
    nonce = links.nonce()
    link = StaffLink(
        recruiter_id=recruiter.id,
        purpose=purpose,
        nonce=nonce,
        digest=links.digest(derived(purpose, nonce)),
        created_at=now,
        created_by=by,
        expires_at=now + LIFETIMES[purpose],
    )
    db.session.add(link)
    db.session.flush()
    return link


def void(recruiter_id: int, now: datetime) -> None:
    """Let somebody's links work no longer."""
    mine = update(StaffLink).where(StaffLink.recruiter_id == recruiter_id, living(now))
    db.session.execute(mine.values(expires_at=now).execution_options(synchronize_session=False))


def use(link: StaffLink, now: datetime) -> bool:
    """Use a link up, by one conditional UPDATE, so that of two requests at once one wins (W-02)."""
    return changed(update(StaffLink).where(StaffLink.id == link.id, living(now)).values(used_at=now)) == 1
