"""Settings for whoever agreed to hear of openings: made by the worker, so that joining waits for nothing."""

from datetime import datetime

from sqlalchemy import Select, exists, func, select

from portal import links
from portal.alerts.models import DEFAULT_EVERY, DEFAULT_HOUR, DEFAULT_WEEKDAY, AlertSetting
from portal.alerts.queries.matching import PURPOSE
from portal.audience.models import Consent, Eligibility
from portal.audience.models.eligibility import CONSENT_BITS
from portal.db import db, insert_into

AT_A_TIME = 1_000
NEWEST = 2_000
"""Agreements that are looked at each minute; all of them are once an hour, as a million may come in at once."""


def enrol(now: datetime, everybody: bool) -> int:
    """Make the settings of some who have none. Their first digest is due at once. Returns how many."""
    found = db.session.scalars((_all() if everybody else _newest()).limit(AT_A_TIME)).all()
    if found:
        new = insert_into(AlertSetting).on_conflict_do_nothing()
        db.session.execute(new, [_row(member_id, now) for member_id in found])
    return len(found)


def _row(member_id: int | None, now: datetime) -> dict[str, object]:
    common = {"every": DEFAULT_EVERY, "weekday": DEFAULT_WEEKDAY, "hour": DEFAULT_HOUR}
    return common | {"member_id": member_id, "next_at": now, "feed_nonce": links.nonce(), "changed_at": now}


def _all() -> Select[int]:
    agreed = Eligibility.consents.bitwise_and(CONSENT_BITS[PURPOSE]) != 0
    has = exists().where(AlertSetting.member_id == Eligibility.member_id)
    return select(Eligibility.member_id).where(agreed, ~has)


def _newest() -> "Select[int | None]":
    last = select(func.max(Consent.id)).scalar_subquery() - NEWEST
    has = exists().where(AlertSetting.member_id == Consent.member_id)
    confirmed = exists().where(Eligibility.member_id == Consent.member_id)
    lives = Consent.purpose == PURPOSE, Consent.withdrawn_at.is_(None), Consent.id > last
    return select(Consent.member_id).where(*lives, confirmed, ~has)
