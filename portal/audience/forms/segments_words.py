"""The name and the sentence of a segment, and what keeps two who edit it from overwriting each other."""

from typing import Any

from flask_wtf import FlaskForm
from wtforms import HiddenField, StringField, TextAreaField
from wtforms.validators import ValidationError

from portal.audience.forms.fields import Line, Lines
from portal.languages import gettext as _
from portal.languages import lazy_gettext as _l


class WordsForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF has no types
    """Beside the lines: what the segment is called, what it is for, and the version that was edited (`base`). `text`:
    all of it as its file, where it is written so (`way` is text)."""

    name = Line(_l("Name"), 80)
    about = Lines(_l("In a sentence: who is it, and what for?"), 400)
    find = StringField(_l("Looking for something else?"))
    text = TextAreaField(_l("The segment as text"))
    way = HiddenField()
    base = HiddenField()

    @property
    def as_text(self) -> bool:
        """Whether it is written as text and not built from lines."""
        return self.way.data == "text"

    @property
    def base_id(self) -> int | None:
        """The id of the version that was before the writer; None for a new segment."""
        said = str(self.base.data or "")
        return int(said) if said.isascii() and said.isdecimal() and len(said) < 18 else None

    def validate_name(self, field: Any) -> None:
        """Raise ValidationError for none."""
        if not self.as_text and not field.data:
            raise ValidationError(_("Give it a name, so that it can be found again."))

    def validate_about(self, field: Any) -> None:
        """Raise ValidationError for none."""
        if not self.as_text and not field.data:
            raise ValidationError(_("Say in a sentence who it is, for those who choose it later."))
