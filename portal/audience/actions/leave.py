"""Leaving: at once, by whoever holds the link, for as long as there are mails with it (P5, E-13)."""

from collections.abc import Iterable
from datetime import datetime

from portal.audience.actions import consent, eligibility
from portal.audience.models import Leaving
from portal.db import db
from portal.languages import lazy_gettext as _l
from portal.members.actions import changes

REASONS = {
    "too_many": _l("Too many mails"),
    "not_relevant": _l("They were not about what I do"),
    "found_a_job": _l("I found a job"),
    "not_looking": _l("I am not looking any more"),
    "other": _l("Something else"),
}


def leave(member_id: int, purposes: Iterable[str], way: str, network: str, now: datetime) -> None:
    """Withdraw from purposes. Again, or for somebody who is gone, it does nothing. `way`: unsubscribe or one-click."""
    ended = [purpose for purpose in purposes if consent.withdraw(member_id, purpose, way, network, now)]
    if ended:
        changes.record(member_id, "link", dict.fromkeys(ended, True), dict.fromkeys(ended, False), now)
    eligibility.refresh([member_id])


def tell(purpose: str, reason: str, now: datetime) -> None:
    """Keep why somebody left, without who (REASONS)."""
    db.session.add(Leaving(purpose=purpose, reason=reason, day=now.date()))
