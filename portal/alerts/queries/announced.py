"""Who has heard of which opening, or is about to."""

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from typing import TypeAlias

from sqlalchemy import ColumnElement, and_, false, func, or_, select

from portal.alerts.models import Announcement
from portal.db import db
from portal.jobs.models import Posting
from portal.jobs.queries.states import is_live
from portal.mail.models import Delivery, Fragment

NOTHING = ("skipped", "failed")
"""States of a delivery by which nobody heard of anything."""


def came_to_nothing() -> ColumnElement[bool]:
    """Of an announcement of the enclosing query, outer joined to its delivery: it is taken up again while it can be."""
    return or_(Announcement.held_at.is_not(None), func.coalesce(Delivery.state.in_(NOTHING), False))


def told(member_ids: Collection[int], posting_ids: Collection[int]) -> dict[tuple[int, int], int | None]:
    """By member and posting who has heard of it, each with the delivery; what came to nothing is left out."""
    rows = (
        select(Announcement.member_id, Announcement.posting_id, Announcement.delivery_id)
        .outerjoin(Delivery, Delivery.id == Announcement.delivery_id)
        .where(
            Announcement.member_id.in_(member_ids), Announcement.posting_id.in_(posting_ids), ~came_to_nothing()
        )
    )  # fmt: skip
    return {(row.member_id, row.posting_id): row.delivery_id for row in db.session.execute(rows)}


def live_of(delivery_ids: Collection[int], now: datetime) -> dict[int, int]:
    """How many openings that are still live each of these deliveries stands for, those it only links to included."""
    rows = (
        select(Announcement.delivery_id, func.count())
        .join(Posting, Posting.id == Announcement.posting_id)
        .where(Announcement.delivery_id.in_(delivery_ids), Announcement.held_at.is_(None), is_live(now))
        .group_by(Announcement.delivery_id)
    )
    return {id: count for id, count in db.session.execute(rows) if id is not None}


def used(deliveries: Iterable[Delivery]) -> dict[int, set[int]]:
    """Of each mailing the positions of the parts that any of these deliveries names."""
    found: dict[int, set[int]] = {}
    for delivery in deliveries:
        found.setdefault(delivery.mailing_id, set()).update(delivery.parts)
    return found


Parts: TypeAlias = Mapping[int, tuple[str, ...]]
"""Of a mailing, by position, the slugs of the openings that a part is about (any of them)."""


def parts(used: Mapping[int, Collection[int]]) -> dict[int, Parts]:
    """Of these positions of each mailing those that are asked again because they are about openings."""
    rows = select(Fragment.mailing_id, Fragment.position, Fragment.rule).where(Fragment.again)
    mine = [and_(Fragment.mailing_id == id, Fragment.position.in_(positions)) for id, positions in used.items()]
    found: dict[int, dict[int, tuple[str, ...]]] = {id: {} for id in used}
    for id, position, rule in db.session.execute(rows.where(or_(false(), *mine))):
        found[id][position] = tuple((rule or {}).get("opening", ()))
    return dict(found)


def texts(mailing_id: int, positions: Collection[int]) -> dict[int, bytes]:
    """What some of its parts say, encoded."""
    rows = select(Fragment.position, Fragment.text).where(
        Fragment.mailing_id == mailing_id, Fragment.position.in_(positions)
    )
    return {row[0]: row[1] for row in db.session.execute(rows)}


def touched(slugs: Collection[str], since: datetime) -> set[str]:
    """Those of these openings that somebody or something has changed since then."""
    rows = select(Posting.slug).where(Posting.slug.in_(slugs), Posting.changed_at >= since)
    return set(db.session.scalars(rows))
