"""Who left after which mail, as counts; nobody is named in it."""

from collections.abc import Collection

from sqlalchemy import func, select

from portal.audience.models import Leaving
from portal.db import db
from portal.mail.models import Delivery, Mailing

GOT = ("accepted", "complained", "unknown")
SHOWN_FROM = 5
"""From so many leavers on their reasons are shown: of fewer, each might be told apart."""


def last_mailing(member_id: int, purpose: str) -> int | None:
    """The last mailing of a purpose that a member got. None where that was a letter to them alone: it would say who
    they are."""
    rows = (
        select(Mailing.id, Mailing.segment)
        .join(Delivery, Delivery.mailing_id == Mailing.id)
        .where(Delivery.member_id == member_id, Delivery.state.in_(GOT), Mailing.purpose == purpose)
        .order_by(func.coalesce(Delivery.first_at, Delivery.not_before).desc(), Delivery.id.desc())
    )
    last = db.session.execute(rows.limit(1)).first()
    return last.id if last and last.segment else None


def by_mailing(mailing_ids: Collection[int]) -> dict[str, int]:
    """How many left after any of these mailings, by reason (actions.leave.REASONS; "": not told). Of fewer than
    SHOWN_FROM leavers no reason is shown: all are under ""."""
    rows = select(Leaving.reason, func.count()).where(Leaving.mailing_id.in_(mailing_ids)).group_by(Leaving.reason)
    found = {row.reason: row[1] for row in db.session.execute(rows)}
    total = sum(found.values())
    return found if total >= SHOWN_FROM else {"": total} if total else {}
