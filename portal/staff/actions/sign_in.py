"""Signing in at the desk: the password first, then the second factor."""

from datetime import datetime

from portal import links
from portal.staff.actions import passwords
from portal.staff.actions.audit import note
from portal.staff.models import Recruiter
from portal.staff.queries import by_key


def by_password(address_key: str, password: str) -> Recruiter | None:
    """Whose address and password these are, or None. The same work whether or not there is such an account (W-05)."""
    found = by_key(address_key)
    recruiter = found if found and found.active and found.totp_nonce else None
    stored = recruiter.password_hash if recruiter else None
    if not passwords.fits(stored, password) or recruiter is None or stored is None:
        return None
    if passwords.is_old(stored):
        recruiter.password_hash = passwords.hashed(password)
    return recruiter


def mark(recruiter: Recruiter) -> str:
    """What changes with the password: a browser that is half signed in keeps it, and is stopped by a new password."""
    return links.digest(recruiter.password_hash or "").hex()[:16]


def wrong(address_key: str, what: str, now: datetime) -> None:
    """Write down a wrong `what` (password, code); for an address that nobody has, without a person. The typed address
    is not kept: it may be a password, or somebody else's."""
    note(by_key(address_key), "sign_in.wrong", "recruiter", "-", now, what=what)


def locked(address_key: str, now: datetime) -> None:
    """Write down that there were too many tries."""
    note(by_key(address_key), "sign_in.locked", "recruiter", "-", now)
