"""The form behind the buttons in a mail: an answer, and words if somebody likes to add some."""

from flask_wtf import FlaskForm
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its types

from portal.audience.forms.fields import Lines, OneOf
from portal.audience.queries.replies import ANSWER_WORDS, MOST_WORDS
from portal.languages import lazy_gettext as _l


class ReplyForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF has no types
    """One answer of three; that of the button is chosen already."""

    answer = OneOf(_l("Your answer"), choices=[SelectChoice(*pair) for pair in ANSWER_WORDS.items()])
    words = Lines(_l("Anything to add?"), MOST_WORDS)
