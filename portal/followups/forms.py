"""What is written at the desk about one member, and to them."""

from datetime import date
from typing import Any

from flask_wtf import FlaskForm
from wtforms import DateField, HiddenField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its types
from wtforms.validators import DataRequired, Length, ValidationError

from portal.followups.queries.details import KEYS
from portal.languages import lazy_gettext as _l


class NoteForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF has no types
    """A note."""

    words = TextAreaField(
        _l("Your note"),
        [
            DataRequired(_l("Write the note first.")),
            Length(max=2000, message=_l("A note has at most 2,000 characters. Shorten it.")),
        ],
    )


class DetailForm(FlaskForm):  # type: ignore[misc]
    """A remembered detail: `key` names it, `words` go on from there."""

    key = SelectField(_l("What is it?"), choices=[SelectChoice(key, name) for key, name in KEYS.items()])
    words = StringField(
        _l("In a few words"),
        [
            DataRequired(_l("Write what is to be remembered.")),
            Length(max=200, message=_l("A detail has at most 200 characters. Shorten it.")),
        ],
    )
    source = StringField(
        _l("From where do you know it?"),
        [
            DataRequired(_l("Say from where you know it, so that others can judge it.")),
            Length(max=200, message=_l("At most 200 characters, please.")),
        ],
    )
    learnt_on = DateField(_l("Since when?"), [DataRequired(_l("Write the day as in 2026-11-30."))])
    today: date

    def validate_learnt_on(self, field: DateField) -> None:
        """Nobody knows what will be."""
        if field.data and field.data > self.today:
            raise ValidationError(str(_l("That day is still to come. Write when you learnt it.")))


class LetterForm(FlaskForm):  # type: ignore[misc]
    """A letter as it is written. Hardly anything is wrong with a draft; what keeps it from going, the preview says.

    `base`: when the draft that was shown here had been kept, "" if there was none.
    """

    subject = StringField(
        _l("Subject"), [Length(max=200, message=_l("A subject has at most 200 characters. Shorten it."))]
    )
    body = TextAreaField(
        _l("Letter"), [Length(max=20_000, message=_l("A letter has at most 20,000 characters. Shorten it."))]
    )
    attached = SelectField(_l("Attach something to read"), choices=[SelectChoice("", _l("Nothing"))])
    sender = SelectField(_l("Under whose name"), coerce=int)
    base = HiddenField()

    def __init__(self, attachments: Any, senders: Any, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.attached.choices = [SelectChoice("", _l("Nothing")), *(SelectChoice(*pair) for pair in attachments)]
        self.sender.choices = [SelectChoice(*pair) for pair in senders]
