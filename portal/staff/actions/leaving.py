"""When somebody leaves: their sessions end, what they own goes to a colleague; later their name goes too."""

from collections.abc import Callable
from datetime import datetime
from typing import TypeAlias

from flask import current_app
from sqlalchemy import delete, update

from portal.db import changed, db
from portal.languages import gettext as _
from portal.sessions import DeskSession, end_desk
from portal.staff.actions import second_factor, senders
from portal.staff.actions.audit import note
from portal.staff.actions.people import StaffError, hold_admins, last_admin, not_last_admin
from portal.staff.models import Recruiter, StaffLink

Handover: TypeAlias = Callable[[int, int, datetime], int]
"""Gives what one recruiter owns to another (their ids, now); returns how many things that were. `wiring.HANDOVERS`."""


def end(recruiter: Recruiter, to: Recruiter | None, by: Recruiter | None, now: datetime) -> int:
    """End somebody's account: they are signed out everywhere, nothing goes out under their name any more, and what they
    own is `to`'s. Returns how many things that were. Raises StaffError for the last admin, and without somebody to
    hand over to. `by`: None for a command."""
    if recruiter.ended_at:
        raise StaffError(_("%(name)s has left already.", name=recruiter.name))
    if recruiter.joined_at and (to is None or not to.active or to.id == recruiter.id):
        raise StaffError(_("Choose a colleague who takes over what %(name)s has.", name=recruiter.name))
    hold_admins()
    mine = update(Recruiter).where(Recruiter.id == recruiter.id, Recruiter.ended_at.is_(None), not_last_admin())
    opened_by = {"password_hash": None, "totp_nonce": None, "totp_digest": None, "totp_at": None}
    if not changed(mine.values(ended_at=now, **opened_by)):
        raise StaffError(last_admin(recruiter.name))
    end_desk(recruiter.id, now)
    senders.withdraw_all(recruiter.id, now)
    given = hand_over(recruiter.id, to.id, now) if to else 0
    note(by, "staff.end", "recruiter", recruiter.id, now, to=to.id if to else None, given=given)
    return given


def hand_over(from_id: int, to_id: int, now: datetime) -> int:
    """Give what one owns to another, in every slice. Returns how many things that were."""
    handovers: list[Handover] = current_app.extensions["handovers"]
    return sum(give(from_id, to_id, now) for give in handovers)


def forget(recruiter: Recruiter, by: Recruiter | None, now: datetime) -> None:
    """Take out who somebody was that has left: name, addresses, what they did here by profession. What they did stays
    in the audit log, of a former colleague with a number. Raises StaffError while they are still here."""
    if recruiter.ended_at is None:
        raise StaffError(_("%(name)s is still at the desk: end the account first.", name=recruiter.name))
    recruiter.name = _("Former colleague %(number)s", number=recruiter.id)
    recruiter.address = recruiter.address_key = f"former-{recruiter.id}@invalid"
    recruiter.title, recruiter.reply_to, recruiter.subject = "", None, None
    recruiter.language, recruiter.time_zone = "en", "UTC"
    second_factor.forget_codes(recruiter.id)
    db.session.execute(delete(StaffLink).filter_by(recruiter_id=recruiter.id))
    db.session.execute(delete(DeskSession).filter_by(recruiter_id=recruiter.id))
    db.session.flush()
    note(by, "staff.forget", "recruiter", recruiter.id, now)


def is_forgotten(recruiter: Recruiter) -> bool:
    """Whether that was done."""
    return recruiter.address == f"former-{recruiter.id}@invalid"
