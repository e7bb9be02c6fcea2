"""Leaving: at once, by whoever holds the link, for as long as there are mails with it (P5, E-13)."""

from collections.abc import Iterable
from datetime import datetime

from portal import links
from portal.audience.actions import consent
from portal.audience.models import ASKED, Leaving
from portal.db import db

LETTERS = {purpose[0]: purpose for purpose in ASKED}
"""How a token names its purpose: n, j, c. One letter, so that the header stays short (E-07)."""
REASONS = {
    "too_many": "Too many mails",
    "not_relevant": "They were not about what I do",
    "found_a_job": "I found a job",
    "not_looking": "I am not looking any more",
    "other": "Something else",
}


def token(member_id: int, purpose: str) -> str:
    """The token in a mail's link to leave a purpose."""
    return links.sign("unsubscribe", f"{member_id:x}{purpose[0]}")


def read(token: str) -> tuple[int, str] | None:
    """Whose token it is and which purpose it leaves; None if it is forged, cut short or for something else."""
    value = links.verify("unsubscribe", token)
    return (int(value[:-1], 16), LETTERS[value[-1]]) if value else None


def leave(member_id: int, purposes: Iterable[str], way: str, network: str, now: datetime) -> None:
    """Withdraw from purposes. Again, or for somebody who is gone, it does nothing. `way`: unsubscribe or one-click."""
    for purpose in purposes:
        consent.withdraw(member_id, purpose, way, network, now)


def tell(purpose: str, reason: str, now: datetime) -> None:
    """Keep why somebody left, without who (REASONS)."""
    db.session.add(Leaving(purpose=purpose, reason=reason, day=now.date()))
