"""The form by which somebody brings their own archive."""

from flask_wtf import FlaskForm
from flask_wtf.file import FileField, FileRequired

from portal.languages import lazy_gettext as _l


class RestoreForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF has no types
    """One file."""

    file = FileField(_l("Your archive"), validators=[FileRequired(_l("Choose the file that you downloaded."))])
