"""Who is told of what: written down before a mail goes, so that nobody hears of the same opening twice."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import TypeAlias

from sqlalchemy import ColumnElement, func, select, tuple_, update

from portal.alerts.models import Announcement
from portal.alerts.queries import announced
from portal.alerts.queries.matching import PURPOSE
from portal.db import changed, db, insert_into
from portal.jobs.models import Posting
from portal.mail.models import Delivery, Mailing
from portal.mail.seams import Tailored
from portal.mail.tailoring import NOTHING_NEW

Pair: TypeAlias = tuple[int, int, int]
"""A member, a posting, the delivery."""


def told(found: Mapping[int, Tailored], now: datetime) -> None:
    """What a batch of mail with openings is going to say. What was left out of a mail of openings the next digest takes
    up; what stands in other mail counts as announced."""
    rows = db.session.execute(
        select(Delivery, Mailing.purpose)
        .join(Mailing, Mailing.id == Delivery.mailing_id)
        .where(Delivery.id.in_(list(found)), Delivery.member_id.is_not(None))
    ).all()
    parts = announced.parts(announced.used(row.Delivery for row in rows))
    slugs = {slug for of in parts.values() for theirs in of.values() for slug in theirs}
    named = select(Posting.slug, Posting.id).where(Posting.slug.in_(slugs))
    ids = {row.slug: row.id for row in db.session.execute(named)}
    kept: list[Pair] = []
    out: list[Pair] = []
    new: list[Pair] = []
    for delivery, purpose in rows:
        holds = set(found[delivery.id].parts)
        for position, slug in _alone(delivery, parts[delivery.mailing_id]):
            pair = (delivery.member_id or 0, ids.get(slug, 0), delivery.id)
            (out if position not in holds else kept if purpose == PURPOSE else new).append(pair)
    _announce(new, now)
    _set(out, held_at=now, reason=NOTHING_NEW)
    _set(kept, only_held=True, held_at=None, reason=None)


def came_to_nothing(which: ColumnElement[bool], now: datetime) -> None:
    """Of these deliveries some were not sent: what they would have said is taken up by the next digest."""
    bad = select(Delivery.id).where(which, Delivery.state.in_(announced.NOTHING))
    why = select(Delivery.reason).where(Delivery.id == Announcement.delivery_id).scalar_subquery()
    rows = update(Announcement).where(Announcement.held_at.is_(None), Announcement.delivery_id.in_(bad))
    changed(rows.values(held_at=now, reason=func.coalesce(why, "failed")).execution_options(synchronize_session=False))


def _alone(delivery: Delivery, parts: announced.Parts) -> Iterator[tuple[int, str]]:
    """The openings that have a part of their own in it."""
    return ((p, parts[p][0]) for p in delivery.parts if p in parts and len(parts[p]) == 1)


def _announce(pairs: list[Pair], now: datetime) -> None:
    given = [
        {"member_id": member_id, "posting_id": posting_id, "delivery_id": id, "early": False, "at": now}
        for member_id, posting_id, id in pairs
        if posting_id
    ]  # fmt: skip
    if not given:
        return
    new = insert_into(Announcement)
    again = {"delivery_id": new.excluded.delivery_id, "at": new.excluded.at, "held_at": None, "reason": None}
    db.session.execute(new.on_conflict_do_update(index_elements=["member_id", "posting_id"], set_=again), given)


def _set(pairs: list[Pair], only_held: bool = False, **values: datetime | str | None) -> None:
    """Of these announcements, as far as they are still those of the delivery. `only_held`: what was left out at an
    earlier try and holds again."""
    if not pairs:
        return
    key = tuple_(Announcement.member_id, Announcement.posting_id, Announcement.delivery_id)
    mine = update(Announcement).where(key.in_(pairs))
    if only_held:
        mine = mine.where(Announcement.held_at.is_not(None))
    changed(mine.values(**values).execution_options(synchronize_session=False))
