"""Giving and withdrawing a consent: append-only records, at most one of them live for a person and a purpose.

Whoever calls this calls `eligibility.refresh` when all else is done.
"""

from datetime import datetime

from sqlalchemy import update

from portal.audience.models import Consent
from portal.audience.queries.wording import WORDINGS
from portal.db import changed, insert_into
from portal.mail import stopping


def give(member_id: int, purpose: str, wording: str, way: str, network: str, now: datetime) -> bool:
    """Record that a member agreed, unless such a consent lives already. Returns whether one was recorded.

    `wording` is the version they saw, `way` where they said so ("join", "preferences"), `network` the prefix of
    their address. Raises ValueError for a purpose that this version has no sentence for. Two requests at once leave
    one record: the database's unique index decides.
    """
    if purpose not in WORDINGS.get(wording, ()):
        raise ValueError(f"there is no sentence {wording!r} for {purpose!r}")
    row = insert_into(Consent).values(
        member_id=member_id, purpose=purpose, wording=wording, given_at=now, given_by=way, given_from=network
    )
    return changed(row.on_conflict_do_nothing()) == 1


def withdraw(member_id: int, purpose: str, way: str, network: str, now: datetime) -> bool:
    """End the living consent and stop what is queued on its ground (P5). Returns whether there was one."""
    living = update(Consent).filter_by(member_id=member_id, purpose=purpose, withdrawn_at=None)
    ended = changed(living.values(withdrawn_at=now, withdrawn_by=way, withdrawn_from=network))
    stopping.cancel_for(member_id, purpose, now)
    return ended == 1
