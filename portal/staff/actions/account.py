"""What people change about their own account. A new password or phone ends their other sessions at once (W-12)."""

from datetime import datetime
from typing import Any

from portal.sessions import end_desk
from portal.staff.actions import passwords, second_factor
from portal.staff.actions.audit import note
from portal.staff.models import Recruiter

FIELDS = ("name", "title", "reply_to", "language", "time_zone")


def save(recruiter: Recruiter, given: dict[str, Any], now: datetime) -> bool:
    """Keep what they say of themselves, `given` by FIELDS. Returns whether anything changed."""
    new = {name: given[name] for name in FIELDS if getattr(recruiter, name) != given[name]}
    for name, value in new.items():
        setattr(recruiter, name, value)
    if new:
        note(recruiter, "account.change", "recruiter", recruiter.id, now, changed=sorted(new))
    return bool(new)


def new_password(recruiter: Recruiter, password: str, here: int, now: datetime) -> None:
    """Take another password. `here`: the session that goes on; it needs a new secret, which the caller sets."""
    recruiter.password_hash = passwords.hashed(password)
    end_desk(recruiter.id, now, but=here)
    note(recruiter, "account.password", "recruiter", recruiter.id, now)


def new_phone(recruiter: Recruiter, nonce: str, step: int, here: int, now: datetime) -> list[str]:
    """Take another second factor, confirmed by the code of `step`. Returns new recovery codes."""
    codes = second_factor.set_up(recruiter, nonce, step, now)
    end_desk(recruiter.id, now, but=here)
    note(recruiter, "account.second_factor", "recruiter", recruiter.id, now)
    return codes


def new_codes(recruiter: Recruiter, now: datetime) -> list[str]:
    """Ten new recovery codes in place of what is left."""
    note(recruiter, "account.codes", "recruiter", recruiter.id, now)
    return second_factor.renew_codes(recruiter.id)


def end_others(recruiter: Recruiter, here: int, now: datetime) -> int:
    """Sign them out everywhere but here. Returns how many ended."""
    ended = end_desk(recruiter.id, now, but=here)
    if ended:
        note(recruiter, "sessions.end", "recruiter", recruiter.id, now, count=ended)
    return ended
