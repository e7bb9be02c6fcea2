"""Inviting colleagues, letting them join, what they may do."""

from collections.abc import Callable
from datetime import datetime

from sqlalchemy import ColumnElement, exists, update
from sqlalchemy.orm import aliased

from portal.config import settings
from portal.db import changed, db
from portal.languages import gettext as _
from portal.sessions import end_desk
from portal.staff.actions import links, second_factor
from portal.staff.actions.audit import note
from portal.staff.models import House, Recruiter, StaffLink
from portal.staff.queries import by_key

Make = Callable[[Recruiter, Recruiter | None, datetime], StaffLink]
"""Makes somebody a link: of whom, by whom (None: a command), now."""


class StaffError(ValueError):
    """It cannot be done. Its text says why, and what to do, for who wanted it."""


def invite(
    written: str, key: str, name: str, role: str, by: Recruiter | None, now: datetime, language: str | None = None
) -> StaffLink:
    """Make an account that waits for its owner, and the link for them. Raises StaffError.

    Somebody who has left may be invited anew. `written`, `key`: their address as `queries.addresses.parse` gives it.
    `by`: None for a command. The caller shows the link, and mails it.
    """
    found = by_key(key)
    if found and found.active:
        raise StaffError(_("%(name)s has an account with this address already.", name=found.name))
    if found and found.ended_at is None:
        raise StaffError(_("%(name)s has been invited already. Send that invitation again instead.", name=found.name))
    recruiter = found or Recruiter(address_key=key, created_at=now)
    recruiter.address, recruiter.name, recruiter.role = written, name, role
    recruiter.language, recruiter.time_zone = language or settings().language, settings().time_zone
    recruiter.created_by, recruiter.joined_at, recruiter.ended_at = by.id if by else None, None, None
    db.session.add(recruiter)
    db.session.flush()
    note(by, "staff.invite", "recruiter", recruiter.id, now, role=role)
    return links.make(recruiter, "invite", by.id if by else None, now)


def invite_again(recruiter: Recruiter, by: Recruiter | None, now: datetime) -> StaffLink:
    """A fresh link for somebody who has not taken up their invitation. Raises StaffError."""
    if recruiter.joined_at or recruiter.ended_at:
        raise StaffError(_("%(name)s has no invitation that waits.", name=recruiter.name))
    note(by, "staff.invite_again", "recruiter", recruiter.id, now)
    return links.make(recruiter, "invite", by.id if by else None, now)


def reset(recruiter: Recruiter, by: Recruiter | None, now: datetime) -> StaffLink:
    """Let somebody set up password and second factor anew. What they have works no longer from here on, and they are
    signed out everywhere. Raises StaffError."""
    if not recruiter.active:
        raise StaffError(_("%(name)s has no account to set up anew.", name=recruiter.name))
    recruiter.password_hash = recruiter.totp_nonce = recruiter.totp_digest = recruiter.totp_at = None
    second_factor.forget_codes(recruiter.id)
    end_desk(recruiter.id, now)
    note(by, "staff.reset", "recruiter", recruiter.id, now)
    return links.make(recruiter, "reset", by.id if by else None, now)


def join(recruiter: Recruiter, link: StaffLink, step: int, now: datetime) -> list[str] | None:
    """Take up what was chosen behind a link; `step` is that of the code which confirmed the second factor.

    Returns the recovery codes, which can be shown now and never again; None: the link has been used meanwhile.
    """
    if link.password_hash is None or link.totp_nonce is None or not links.use(link, now):
        return None
    recruiter.password_hash = link.password_hash
    codes = second_factor.set_up(recruiter, link.totp_nonce, step, now)
    recruiter.joined_at = recruiter.joined_at or now
    link.password_hash = link.totp_nonce = None
    end_desk(recruiter.id, now)
    note(recruiter, "staff.join" if link.purpose == "invite" else "staff.set_up", "recruiter", recruiter.id, now)
    return codes


def change_role(recruiter: Recruiter, role: str, by: Recruiter, now: datetime) -> None:
    """Give somebody another role; they are signed out everywhere (W-12). Raises StaffError for the last admin."""
    before = recruiter.role
    if before == role:
        return
    hold_admins()
    mine = update(Recruiter).where(Recruiter.id == recruiter.id, Recruiter.ended_at.is_(None))
    if not changed(mine.where(not_last_admin()).values(role=role)):
        raise StaffError(last_admin(recruiter.name))
    end_desk(recruiter.id, now)
    note(by, "role.change", "recruiter", recruiter.id, now, before=before, after=role)


def hold_admins() -> None:
    """Hold what says who is an admin to the end of the transaction: two people who take the role from each other at
    once come one after the other. By an idle UPDATE, which SQLite understands too."""
    idle = update(House).where(House.id == 1).values(approval=House.approval)
    db.session.execute(idle.execution_options(synchronize_session=False))


def not_last_admin() -> ColumnElement[bool]:
    """In an UPDATE of a `recruiter`: they are no admin who has joined, or there is another."""
    other = aliased(Recruiter)
    others = exists().where(
        other.id != Recruiter.id, other.role == "admin", other.joined_at.is_not(None), other.ended_at.is_(None)
    )
    return (Recruiter.role != "admin") | Recruiter.joined_at.is_(None) | others


def last_admin(name: str) -> str:
    """Why not."""
    return _("%(name)s is the only admin. Make somebody else an admin first.", name=name)
