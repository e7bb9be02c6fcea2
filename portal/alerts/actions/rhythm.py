"""How often a member hears of openings, and the secret address of their feed."""

from datetime import datetime

from portal import links
from portal.alerts.models import AlertSetting
from portal.alerts.queries.slots import next_slot
from portal.members.actions import contact
from portal.members.models import Member


def choose(setting: AlertSetting, member: Member, every: str, weekday: int, hour: int, now: datetime) -> None:
    """Hear of openings like this from now on (`every`: of models.EVERY)."""
    setting.every, setting.weekday, setting.hour = every, weekday, hour
    setting.next_at = next_slot(every, weekday, hour, member.time_zone, now)
    setting.changed_at = now
    contact.touch(member.id, now)


def renew(setting: AlertSetting, now: datetime) -> None:
    """End the addresses of feed and calendar, and make others."""
    setting.feed_nonce, setting.changed_at = links.nonce(), now
