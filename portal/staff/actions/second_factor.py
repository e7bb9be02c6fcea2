"""The second factor: six digits from an app on the phone, or a recovery code; each counts once."""

import hmac
import secrets
from base64 import b32encode
from collections.abc import Iterator
from datetime import datetime
from hashlib import sha256

import pyotp
from sqlalchemy import delete, func, insert, select, update

from portal import links
from portal.config import settings
from portal.db import changed, db
from portal.staff.models import RecoveryCode, Recruiter

STEP = 30
PURPOSE = "totp"
LETTERS = "ABCDEFGHJKMNPQRSTVWXYZ23456789"
CODES, GROUPS, GROUP = 10, 3, 4


def secret(nonce: str, stored: bytes | None = None) -> str:
    """What the app on the phone is told, in base32; derived, so that a copy of the database opens nothing.

    `stored`: the digest that it has to fit, under any of our keys. Raises LookupError when that key is gone.
    """
    return b32encode(sha256(links.derive(PURPOSE, nonce, stored).encode()).digest()[:20]).decode()


def digest(nonce: str) -> bytes:
    """What is kept to find the key again that a secret was made with."""
    return links.digest(links.derive(PURPOSE, nonce))


def uri(nonce: str, address: str) -> str:
    """The address in the QR code."""
    return pyotp.TOTP(secret(nonce)).provisioning_uri(name=address, issuer_name=settings().org_name)


def step_of(secret: str, typed: str, now: datetime, after: int = 0) -> int | None:
    """The time step whose code was typed: this one, the one before or the next, if it is later than `after`."""
    totp, current, typed = pyotp.TOTP(secret), int(now.timestamp()) // STEP, "".join(typed.split())
    fitting = (
        step for step in (current, current - 1, current + 1)
        if hmac.compare_digest(totp.generate_otp(step).encode(), typed.encode()) and step > after
    )  # fmt: skip
    return next(fitting, None)


def code_now(recruiter: Recruiter, now: datetime) -> str:
    """The next code of theirs that counts, for showing in a demo. Raises LookupError when its key is gone."""
    step = max(int(now.timestamp()) // STEP, recruiter.totp_step + 1)
    return pyotp.TOTP(secret(recruiter.totp_nonce or "", recruiter.totp_digest)).generate_otp(step)


def prove(recruiter: Recruiter, typed: str, now: datetime) -> str | None:
    """Use up what was typed: "code", "recovery", or None when it is neither.

    By conditional UPDATEs, so that of two requests with one code one wins (W-02).
    """
    if _by_phone(recruiter, typed, now):
        return "code"
    return "recovery" if _by_recovery(recruiter, typed, now) else None


def _by_phone(recruiter: Recruiter, typed: str, now: datetime) -> bool:
    if not recruiter.totp_nonce or not recruiter.totp_digest:
        return False
    try:
        known = secret(recruiter.totp_nonce, recruiter.totp_digest)
    except LookupError:
        return False
    step = step_of(known, typed, now, recruiter.totp_step)
    if step is None:
        return False
    once = update(Recruiter).where(Recruiter.id == recruiter.id, Recruiter.totp_step < step)
    return changed(once.values(totp_step=step)) == 1


def _by_recovery(recruiter: Recruiter, typed: str, now: datetime) -> bool:
    mine = RecoveryCode.recruiter_id == recruiter.id, RecoveryCode.used_at.is_(None)
    fits = RecoveryCode.digest.in_(links.keyed_hashes("recovery", _named(recruiter.id, typed)))
    return changed(update(RecoveryCode).where(*mine, fits).values(used_at=now)) == 1


def _named(recruiter_id: int, code: str) -> str:
    return f"{recruiter_id} {''.join(c for c in code.upper() if c.isalnum())}"


def key_is_gone(recruiter: Recruiter) -> bool:
    """Whether their phone's secret was made with a key that is no longer among the settings."""
    if not recruiter.totp_nonce or not recruiter.totp_digest:
        return False
    try:
        secret(recruiter.totp_nonce, recruiter.totp_digest)
    except LookupError:
        return True
    return False


def set_up(recruiter: Recruiter, nonce: str, step: int, now: datetime) -> list[str]:
    """Make this their second factor, which they have just confirmed by the code of `step`, in place of an earlier one.

    Returns new recovery codes, which can be shown now and never again.
    """
    recruiter.totp_nonce, recruiter.totp_digest = nonce, digest(nonce)
    recruiter.totp_step, recruiter.totp_at = step, now
    return renew_codes(recruiter.id)


def renew_codes(recruiter_id: int) -> list[str]:
    """Ten new recovery codes in place of the earlier ones; kept as keyed hashes."""
    forget_codes(recruiter_id)
    codes = list(_codes())
    hashes = (links.keyed_hash("recovery", _named(recruiter_id, code)) for code in codes)
    db.session.execute(insert(RecoveryCode), [{"recruiter_id": recruiter_id, "digest": each} for each in hashes])
    return codes


def forget_codes(recruiter_id: int) -> None:
    """Let none of their recovery codes work any more."""
    gone = delete(RecoveryCode).filter_by(recruiter_id=recruiter_id)
    db.session.execute(gone.execution_options(synchronize_session=False))


def _codes() -> Iterator[str]:
    for _ in range(CODES):
        yield "-".join("".join(secrets.choice(LETTERS) for _ in range(GROUP)) for _ in range(GROUPS))


def codes_left(recruiter_id: int) -> int:
    """How many recovery codes they still have."""
    rows = select(func.count()).select_from(RecoveryCode).filter_by(recruiter_id=recruiter_id, used_at=None)
    return db.session.scalar(rows) or 0
