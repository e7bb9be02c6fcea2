"""Forms of inviting colleagues and of what they may do."""

from flask_wtf import FlaskForm
from wtforms import BooleanField, EmailField, Field, RadioField, SelectField, ValidationError
from wtforms.validators import DataRequired, InputRequired

from portal.languages import gettext as _
from portal.languages import lazy_gettext as _l
from portal.staff.forms.account import name_field
from portal.staff.forms.options import languages, roles
from portal.staff.queries.addresses import parse


class InviteForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF has no types
    """Who, where, and as what."""

    name = name_field(_l("Their name"))
    address = EmailField(_l("Their mail address at work"), [DataRequired(_l("Write their mail address."))])
    language = SelectField(_l("Language of the invitation"), choices=languages())
    role = RadioField(
        _l("What they may do"),
        [InputRequired(_l("Choose what they may do. It can be changed later."))],
        choices=roles(),
    )

    def validate_address(self, field: Field) -> None:
        """One that we can write to."""
        if parse(field.data or "") is None:
            raise ValidationError(_("This is not a mail address we can write to. Look for a slip."))


class RoleForm(FlaskForm):  # type: ignore[misc]
    """Another role."""

    role = RadioField(_l("What they may do"), [InputRequired()], choices=roles())


class EndForm(FlaskForm):  # type: ignore[misc]
    """Who takes over what somebody has who leaves."""

    to = SelectField(_l("Who takes over what they have?"), coerce=int)


class LiveForm(FlaskForm):  # type: ignore[misc]
    """Going live."""

    sure = BooleanField(
        _l("From now on, mail reaches members."),
        [InputRequired(_l("Tick the box first, so that nobody goes live by a slip."))],
    )
