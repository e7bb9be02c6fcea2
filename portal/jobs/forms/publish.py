"""Forms with which an opening is published, and opened again."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from flask_wtf import FlaskForm
from wtforms import DateField, DateTimeLocalField, RadioField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its types

from portal.config import settings
from portal.jobs.actions.publishing import Plan
from portal.jobs.files.front import LAST, duration, maybe, moment, of_day
from portal.languages import gettext as _
from portal.languages import lazy_gettext as _l

USUALLY, FIRST = timedelta(days=30), timedelta(hours=72)
MOST_AHEAD = timedelta(days=366)
EARLY = {
    "0": _l("Nobody hears first"),
    "24": _l("A day before everybody"),
    "48": _l("Two days before everybody"),
    "72": _l("Three days before everybody"),
    "168": _l("A week before everybody"),
}
"""By hours."""


class ReopenForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF has no types
    """Until when people can apply."""

    closes = DateField(_l("Open until"))

    def until(self, now: datetime, after: datetime) -> datetime | None:
        """The end of the day that was chosen; None, with what is wrong at the field, if it is none after `after`."""
        day: date | None = self.closes.data
        usual = (max(after, now) + USUALLY).date().isoformat()
        if day is None:
            self.closes.errors = [_("Choose the last day on which people can apply, such as %(day)s.", day=usual)]
        elif of_day(day, LAST) <= max(after, now):
            self.closes.errors = [
                _("Everybody has to see it before it closes. Choose a later day, such as %(day)s.", day=usual)
            ]
        elif of_day(day, LAST) > max(after, now) + MOST_AHEAD:
            self.closes.errors = [_("This is more than a year away. Choose an earlier day.")]
        else:
            return of_day(day, LAST)
        return None


class PublishForm(ReopenForm):
    """From when members hear of it, and how much earlier than everybody else."""

    when = RadioField(_l("When"), default="now", choices=[
        SelectChoice("now", _l("Now")), SelectChoice("at", _l("At a time")),
    ])  # fmt: skip
    at = DateTimeLocalField(_l("Day and time"), format=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"])
    early = RadioField(_l("Members first"), default="72")

    def __init__(self, hours: int | None = None, **given: object) -> None:
        super().__init__(**given)
        more = {} if hours is None or str(hours) in EARLY else {str(hours): _("%(hours)s hours before", hours=hours)}
        self.hours = {**EARLY, **more}
        self.early.choices = [SelectChoice(value, label) for value, label in self.hours.items()]

    def plan(self, zone: str, now: datetime) -> Plan | None:
        """What was chosen, on the clock of `zone`; None, with what is wrong at the fields."""
        self.at.errors = []
        publish: datetime | None = now
        if self.when.data == "at":
            local: datetime | None = self.at.data
            publish = local.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC) if local else None
            if publish is None:
                self.at.errors = [_("Choose a day and a time, or publish it now.")]
            elif not now < publish <= now + MOST_AHEAD:
                self.at.errors = [_("Choose a time that is still to come, within a year; or publish it now.")]
        if self.early.data not in self.hours:
            self.early.errors = [_("Choose one of those that are shown.")]
        if self.at.errors or self.early.errors or publish is None:
            return None
        publish = publish.replace(microsecond=0)
        early = timedelta(hours=int(self.early.data))
        closes = self.until(now, publish + early)
        return Plan(publish, early, closes) if closes else None

    @classmethod
    def of(cls, front: Mapping[str, Any], zone: str, now: datetime) -> "PublishForm":
        """As it is shown at first: with what the words say, or what is usual."""
        hours = early_hours(front)
        form = cls(hours, formdata=None)
        form.early.data = str(hours)
        closes, publish = maybe(moment, front.get("closes")), maybe(moment, front.get("publish"))
        ends = closes if closes and closes > now else now + USUALLY
        form.closes.data = ends.astimezone(ZoneInfo(settings().time_zone)).date()
        if publish and publish > now:
            form.when.data, form.at.data = "at", publish.astimezone(ZoneInfo(zone)).replace(tzinfo=None)
        return form


def early_hours(front: Mapping[str, Any]) -> int:
    """How many hours earlier than everybody members hear of it, by its words; what is usual, while they say nothing."""
    early = maybe(duration, front.get("early_access")) or (timedelta() if front.get("publish") else FIRST)
    return int(early.total_seconds() // 3600)
