"""The four people at the demo's desk, whose password and second factor everybody may know."""

from datetime import datetime, timedelta

from portal import links
from portal.config import settings
from portal.db import db
from portal.staff.actions import passwords, second_factor, senders
from portal.staff.models import Recruiter
from portal.staff.queries import by_id, by_key

PASSWORD = "four chairs and one long table"
DOMAIN = "talent.example.org"
_PEOPLE = {
    "ana": ("Ana Figueiredo", "admin", "Head of Talent", "Europe/Lisbon"),
    "tobias": ("Tobias Wendt", "recruiter", "Recruiter", "Europe/Berlin"),
    "jonas": ("Jonas Hartwig", "author", "People team", "Europe/Berlin"),
    "ruth": ("Ruth Ackroyd", "manager", "Head of Calibration", "Europe/London"),
}

LENDS = {"ana": ("newsletter", "check_ins")}
"""Who lets colleagues write under their name, and for what: the sample newsletters are Ana's."""


def take_seats(now: datetime) -> None:
    """Make the four, as far as they are not there. Raises ValueError outside the demo."""
    if not settings().demo:
        raise ValueError("Only a demo has people whose password everybody knows.")
    since, stored = now - timedelta(days=400), passwords.hashed(PASSWORD)
    for key, (name, role, title, zone) in _PEOPLE.items():
        address = f"{key}@{DOMAIN}"
        if by_key(address):
            continue
        nonce = links.nonce()
        recruiter = Recruiter(
            address=address, address_key=address, name=name, role=role, title=title, time_zone=zone,
            password_hash=stored, totp_nonce=nonce, totp_digest=second_factor.digest(nonce), totp_at=since,
            created_at=since, joined_at=since,
        )  # fmt: skip
        db.session.add(recruiter)
        db.session.flush()
        second_factor.renew_codes(recruiter.id)
        for purpose in LENDS.get(key, ()):
            senders.give(recruiter, now, purpose=purpose)


def seats() -> list[Recruiter]:
    """The four, as far as they are still at the desk."""
    found = (by_key(f"{key}@{DOMAIN}") for key in _PEOPLE)
    return [recruiter for recruiter in found if recruiter and recruiter.active]


def hint(recruiter_id: int, now: datetime) -> tuple[str, str] | None:
    """Password and current code of one of the four, in the demo; of anybody else, and elsewhere, None."""
    recruiter = by_id(recruiter_id) if settings().demo else None
    if recruiter is None or recruiter.id not in {one.id for one in seats()} or not recruiter.totp_nonce:
        return None
    if not recruiter.password_hash or not passwords.fits(recruiter.password_hash, PASSWORD):
        return None
    return PASSWORD, second_factor.code_now(recruiter, now)
