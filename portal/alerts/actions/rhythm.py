"""How often a member hears of openings, and the secret addresses of their feed and calendar."""

from datetime import datetime

from portal import links
from portal.alerts.models import DEFAULT_EVERY, DEFAULT_HOUR, DEFAULT_WEEKDAY, AlertSetting
from portal.alerts.queries.slots import next_slot
from portal.db import db, insert_into
from portal.members.actions import contact
from portal.members.models import Member


def of(member: Member, now: datetime) -> AlertSetting:
    """A member's settings; made now where the worker has not made them yet, as it would."""
    new = insert_into(AlertSetting).values(
        member_id=member.id, every=DEFAULT_EVERY, weekday=DEFAULT_WEEKDAY, hour=DEFAULT_HOUR, next_at=now,
        feed_nonce=links.nonce(), changed_at=now,
    )  # fmt: skip
    db.session.execute(new.on_conflict_do_nothing())
    return db.session.get_one(AlertSetting, member.id)


def choose(setting: AlertSetting, member: Member, every: str, weekday: int, hour: int, now: datetime) -> None:
    """Hear of openings like this from now on (`every`: of models.EVERY)."""
    setting.every, setting.weekday, setting.hour = every, weekday, hour
    setting.next_at = next_slot(every, weekday, hour, member.time_zone, now)
    setting.changed_at = now
    contact.touch(member.id, now)


def renew(setting: AlertSetting, now: datetime) -> None:
    """End the addresses of feed and calendar, and make others."""
    setting.feed_nonce, setting.changed_at = links.nonce(), now
