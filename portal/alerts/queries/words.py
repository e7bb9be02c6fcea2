"""How often somebody hears of openings, in words."""

from portal.alerts.models import AlertSetting
from portal.audience.queries.options import city
from portal.audience.queries.sentence import WEEKDAYS, day_name
from portal.languages import gettext as _
from portal.languages import lazy_gettext as _l

EVERY_WORDS = {
    "at_once": _l("As it happens"),
    "daily": _l("Once a day"),
    "weekly": _l("Once a week"),
    "feed": _l("No mail of openings, only the private feed and calendar"),
}
EVERY_NOTES = {
    "at_once": _l("A mail as soon as an opening for you is published, within the hours and the number that you set."),
    "daily": _l("One mail with what is new, at the hour below. Nothing new, no mail."),
    "weekly": _l("One mail with what is new, on the day and at the hour below. Nothing new, no mail."),
    "feed": _l("You look when you like: the addresses are below."),
}


def how_often(setting: AlertSetting, zone: str) -> str:
    """ "Once a week, on Tuesday at 9:00 in Lisbon."."""
    hour, place = f"{setting.hour}:00", city(zone)
    if setting.every == "weekly":
        day = day_name(WEEKDAYS[setting.weekday])
        return _("Once a week, on %(day)s at %(hour)s in %(place)s.", day=day, hour=hour, place=place)
    if setting.every == "daily":
        return _("Once a day, at %(hour)s in %(place)s.", hour=hour, place=place)
    return f"{EVERY_WORDS[setting.every]}."
