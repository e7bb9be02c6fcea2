"""The clock's buttons."""

from datetime import timedelta

from flask_wtf import FlaskForm
from wtforms import StringField
from wtforms.validators import AnyOf

from portal.languages import lazy_gettext as _l

STEPS = {
    "none": (_l("Run what is due now"), timedelta()),
    "hour": (_l("An hour on"), timedelta(hours=1)),
    "day": (_l("A day on"), timedelta(days=1)),
    "week": (_l("A week on"), timedelta(days=7)),
    "month": (_l("30 days on"), timedelta(days=30)),
}


class ClockForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF has no types
    """One button of several: how far to move. `none` only runs what is due."""

    by = StringField(_l("How far"), validators=[AnyOf(list(STEPS))])
