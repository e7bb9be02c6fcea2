"""Forms of a newsletter: its words, and how a new one begins."""

from typing import ClassVar

from flask_wtf import FlaskForm
from wtforms import StringField
from wtforms.validators import DataRequired, Length

from portal.languages import lazy_gettext as _l
from portal.writing.forms import WordsForm

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
    """A new newsletter begins with its subject."""

    subject = StringField(
        _l("Subject"),
        filters=[lambda value: " ".join((value or "").replace("\0", "").split())],
        validators=[
            DataRequired(_l("Give it a subject. You can change it later.")),
            Length(max=MOST, message=_l("This is longer than 200 characters. Shorten it.")),
        ],
    )
