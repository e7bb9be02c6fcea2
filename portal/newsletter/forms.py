"""Forms of a newsletter: its words, and how a new one begins."""

from datetime import UTC, datetime, timedelta
from typing import ClassVar
from zoneinfo import ZoneInfo

from flask_wtf import FlaskForm
from wtforms import DateTimeLocalField, HiddenField, IntegerField, RadioField, StringField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its types
from wtforms.validators import DataRequired, Length, NumberRange, Optional

from portal.languages import gettext as _
from portal.languages import lazy_gettext as _l
from portal.writing.forms import WordsForm

MOST_HOURS = 72
MOST_AHEAD = timedelta(days=366)
MOST = 200
"""Characters of a subject or a preview line."""


class TranslationForm(WordsForm):
    """A newsletter in another language: whom it goes to and when, the house's own words say."""

    KEYS: ClassVar[tuple[str, ...]] = ("subject", "preview")
    subject = StringField(_l("Subject"))
    preview = StringField(_l("Preview line"))


class LetterForm(TranslationForm):
    """A newsletter. Segment, sender and time are chosen in the next steps; their keys keep their places in the file."""

    KEYS: ClassVar[tuple[str, ...]] = ("subject", "preview", "segment", "sender", "send_at")


class NewLetterForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF has no types
    """A new newsletter begins with its subject, and with a segment if one led here."""

    segment = HiddenField(filters=[lambda value: (value or "").strip()])

    subject = StringField(
        _l("Subject"),
        filters=[lambda value: " ".join((value or "").replace("\0", "").split())],
        validators=[
            DataRequired(_l("Give it a subject. You can change it later.")),
            Length(max=MOST, message=_l("This is longer than 200 characters. Shorten it.")),
        ],
    )


class WhenForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF has no types
    """When it goes out, on the clock of who is asked."""

    when = RadioField(
        _l("When?"),
        choices=[SelectChoice("now", _l("Right away")), SelectChoice("at", _l("At a time"))],
        default="now",
    )
    at = DateTimeLocalField(_l("Day and time"), format=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"])

    def moment(self, zone: str, now: datetime) -> datetime | None:
        """The time that was asked for; None for right away. Errors stand at the field."""
        if self.when.data != "at":
            self.at.errors = []  # whatever stands there does not count
            return None
        local: datetime | None = self.at.data
        if local is None:
            self.at.errors = [_("Choose a day and a time, or send it right away.")]
            return None
        found = local.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)
        if found <= now:
            self.at.errors = [_("This time is over. Choose one that is still to come, or send it right away.")]
        elif found > now + MOST_AHEAD:
            self.at.errors = [_("This is more than a year away. Choose an earlier day.")]
        return found


class ConfirmForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF has no types
    """The button, and what whoever presses it has seen."""

    version = HiddenField()
    rule = HiddenField()
    spread = IntegerField(
        _l("Spread over how many hours?"),
        default=0,
        validators=[Optional(), NumberRange(0, MOST_HOURS, message=_l("Between 0 and 72 hours."))],
    )
