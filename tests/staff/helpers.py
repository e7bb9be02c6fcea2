"""A colleague with a password and a phone, and their way in."""

from datetime import datetime
from functools import cache

import pyotp

from portal import links
from portal.db import db
from portal.staff.actions import passwords, second_factor
from portal.staff.models import Recruiter
from tests import factories

PASSWORD = "seven wet umbrellas in a lift"


@cache
def stored(password: str = PASSWORD) -> str:
    """What is kept of it; made once, since it is meant to be slow."""
    return passwords.hashed(password)


def colleague(role: str = "recruiter", **values: object) -> Recruiter:
    """Somebody who can sign in; committed."""
    recruiter = factories.recruiter(role=role, **values)  # type: ignore[arg-type]
    nonce = links.nonce()
    recruiter.password_hash, recruiter.totp_nonce = stored(), nonce
    recruiter.totp_digest = second_factor.digest(nonce)
    db.session.commit()
    return recruiter


def code(recruiter: Recruiter, now: datetime) -> str:
    """What the phone shows at a time."""
    secret = second_factor.secret(recruiter.totp_nonce or "", recruiter.totp_digest)
    return pyotp.TOTP(secret).at(now)
