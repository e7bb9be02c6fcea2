"""Why somebody left, if they like to say."""

from flask_wtf import FlaskForm
from wtforms import HiddenField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its types

from portal.audience.actions.leave import REASONS
from portal.audience.forms.fields import OneOf
from portal.languages import lazy_gettext as _l


class ReasonForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF has no types
    """One reason. Without a form token, since whoever blocks cookies may leave too; the address holds a secret."""

    class Meta:
        csrf = False

    reason = OneOf(_l("Why, if you like to say?"), choices=[SelectChoice(key, words) for key, words in REASONS.items()])
    ticket = HiddenField()
