"""Leaving: at once, by whoever holds the link, for as long as there are mails with it (P5, E-13)."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import update

from portal import links
from portal.audience.actions import consent, eligibility
from portal.audience.models import Leaving
from portal.audience.queries import leaving
from portal.db import changed, db
from portal.languages import lazy_gettext as _l
from portal.members.actions import changes

REASONS = {
    "too_many": _l("Too many mails"),
    "not_relevant": _l("They were not about what I do"),
    "found_a_job": _l("I found a job"),
    "not_looking": _l("I am not looking any more"),
    "other": _l("Something else"),
}


def leave(
    member_id: int, purposes: Iterable[str], way: str, network: str, now: datetime, ticket: str | None = None
) -> None:
    """Withdraw from purposes. Again, or for somebody who is gone, it does nothing. `way`: unsubscribe or one-click.

    The first of `purposes` is that of the mail whose link it was. That somebody left is kept once, without who; by
    `ticket`, which is random, they may `tell` why.
    """
    ended = [purpose for purpose in purposes if consent.withdraw(member_id, purpose, way, network, now)]
    if ended:
        changes.record(member_id, "link", dict.fromkeys(ended, True), dict.fromkeys(ended, False), now)
        last = leaving.last_mailing(member_id, ended[0])
        known = links.digest(ticket) if ticket else None
        db.session.add(Leaving(purpose=ended[0], reason="", mailing_id=last, ticket=known, day=now.date()))
    eligibility.refresh([member_id])


def tell(purpose: str, reason: str, now: datetime, ticket: str = "") -> None:
    """Keep why somebody left, without who (REASONS): beside the leaving that the ticket stands for, or by itself when
    it stands for none: then they had left before."""
    known = update(Leaving).where(Leaving.ticket == links.digest(ticket), Leaving.purpose == purpose)
    if not changed(known.values(reason=reason, ticket=None).execution_options(synchronize_session=False)):
        db.session.add(Leaving(purpose=purpose, reason=reason, day=now.date()))
