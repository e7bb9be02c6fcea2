"""How often somebody wants to hear of openings."""

from typing import Any

from flask_wtf import FlaskForm
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its types

from portal.alerts.models import DEFAULT_EVERY, DEFAULT_HOUR, DEFAULT_WEEKDAY, AlertSetting
from portal.alerts.queries.words import EVERY_WORDS
from portal.audience.forms.fields import Hour, Number, OneOf
from portal.audience.queries.sentence import WEEKDAYS, day_name
from portal.languages import lazy_gettext as _l


class OpeningsForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF has no types
    """The rhythm, and for those that need them the weekday and the hour."""

    every = OneOf(_l("How often?"), choices=[SelectChoice(*pair) for pair in EVERY_WORDS.items()])
    weekday = Number(_l("Day of the week"))
    hour = Hour(_l("Hour"), 0)

    def __init__(self, setting: AlertSetting | None, **kwargs: Any) -> None:
        held = setting or AlertSetting(every=DEFAULT_EVERY, weekday=DEFAULT_WEEKDAY, hour=DEFAULT_HOUR)
        super().__init__(every=held.every, weekday=held.weekday, hour=held.hour, **kwargs)
        self.weekday.choices = [SelectChoice(n, day_name(name).capitalize()) for n, name in enumerate(WEEKDAYS)]
