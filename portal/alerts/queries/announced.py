"""Who has heard of which opening, or is about to."""

from collections.abc import Collection, Iterable, Mapping
from typing import TypeAlias

from sqlalchemy import and_, false, func, or_, select

from portal.alerts.models import Announcement, DigestRun
from portal.db import db
from portal.mail.models import Delivery, Fragment

NOTHING = ("skipped", "failed")
"""States of a delivery by which nobody heard of anything."""


def told(member_ids: Collection[int], posting_ids: Collection[int]) -> dict[tuple[int, int], int | None]:
    """By member and posting who has heard of it, each with the delivery; what was held back is left out."""
    rows = select(Announcement.member_id, Announcement.posting_id, Announcement.delivery_id).where(
        Announcement.member_id.in_(member_ids), Announcement.posting_id.in_(posting_ids), Announcement.held_at.is_(None)
    )
    return {(row.member_id, row.posting_id): row.delivery_id for row in db.session.execute(rows)}


def about(delivery_ids: Collection[int]) -> dict[int, int]:
    """About how many openings each of these deliveries is: those it shows and those it only links to. Of a digest its
    run says how many there were; what other mail links to is announced too."""
    held = func.count().filter(Announcement.held_at.is_not(None))
    rows = (
        select(Announcement.delivery_id, func.count() - held, func.max(DigestRun.items) - func.count())
        .outerjoin(DigestRun, DigestRun.delivery_id == Announcement.delivery_id)
        .where(Announcement.delivery_id.in_(delivery_ids))
        .group_by(Announcement.delivery_id)
    )
    return {id: announced + (linked or 0) for id, announced, linked in db.session.execute(rows) if id is not None}


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
