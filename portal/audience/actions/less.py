"""Less mail, from a link that anybody may hold to whom a mail was forwarded: a raise is not possible here, whatever is
handed in (W-25)."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from portal.audience.actions import consent
from portal.audience.actions.preferences import kept
from portal.audience.models import ASKED
from portal.audience.queries import preferences as queries
from portal.audience.queries.preferences import Preferences
from portal.db import db
from portal.members.models import Change, Member


@dataclass(frozen=True, slots=True)
class Less:
    """What is asked for: purposes to stop, at most so many mails in 30 days, nothing until a day."""

    stop: Collection[str] = ()
    mails: int | None = None
    pause_until: date | None = None


def lower(member: Member, chosen: Preferences, less: Less, network: str, now: datetime) -> Change | None:
    """Take away; None if nothing became less, also when something had been lowered further in the meantime. `member`
    and what they have `chosen` were read since `hold`."""
    before = queries.values(chosen)
    after: dict[str, Any] = {purpose: False for purpose in ASKED if purpose in less.stop and before[purpose]}
    if less.mails is not None and less.mails < member.mails_per_month:
        after["mails_per_month"] = member.mails_per_month = less.mails
    if less.pause_until and less.pause_until.isoformat() > (before["pause_until"] or ""):
        member.pause_until = less.pause_until
        after["pause_until"] = less.pause_until.isoformat()
    if not after:
        return None
    db.session.flush()
    for purpose in ASKED:
        if purpose in after:
            consent.withdraw(member.id, purpose, "preferences", network, now)
    return kept(member.id, "link", {name: before[name] for name in after}, after, now)
