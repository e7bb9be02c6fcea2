"""The form with which one joins."""

from flask_wtf import FlaskForm
from wtforms import HiddenField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its types
from wtforms.validators import AnyOf

from portal.audience.forms.fields import Ticks
from portal.audience.models import ASKED
from portal.audience.queries.preferences import PURPOSE_WORDS
from portal.audience.queries.wording import WORDINGS, current
from portal.languages import lazy_gettext as _l
from portal.members.forms import address_field, name_field

CHANGED = _l("The words have changed since you opened this page. Please read them again.")


class JoinForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF has no types
    """Address, name, and what one agrees to: nothing is ticked before one ticks it.

    `wording` is the version that stood on the page when it was opened, and so the one that was agreed to.
    """

    address = address_field()
    name = name_field(_l("What should we call you?"))
    purposes = Ticks(
        _l("What may we write to you about?"),
        choices=[SelectChoice(purpose, PURPOSE_WORDS[purpose]) for purpose in ASKED],
    )
    wording = HiddenField(default=current, validators=[AnyOf(WORDINGS, message=CHANGED)])
