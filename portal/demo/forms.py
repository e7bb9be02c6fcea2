"""The clock's buttons."""

from datetime import timedelta

from flask_wtf import FlaskForm
from wtforms import StringField
from wtforms.validators import AnyOf

STEPS = {
    "none": ("Run what is due now", timedelta()),
    "hour": ("An hour on", timedelta(hours=1)),
    "day": ("A day on", timedelta(days=1)),
    "week": ("A week on", timedelta(days=7)),
    "month": ("30 days on", timedelta(days=30)),
}


class ClockForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF has no types
    """One button of several: how far to move. `none` only runs what is due."""

    by = StringField("How far", validators=[AnyOf(list(STEPS))])
