"""Another address for the account."""

from flask_wtf import FlaskForm
from wtforms import EmailField
from wtforms.validators import ValidationError

from portal.languages import gettext as _
from portal.languages import lazy_gettext as _l
from portal.members.forms import address_field
from portal.members.queries.addresses import parse


class AddressForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF has no types
    """The new address. `before`: the one they have, as it is written to."""

    address = address_field(_l("Your new mail address"))

    def __init__(self, before: str) -> None:
        super().__init__()
        self.before = before

    def validate_address(self, field: EmailField) -> None:
        """It is another one, be it by its capitals only. Whether it is an address at all has been said before."""
        if not field.errors and parse(field.data or "").written == self.before:
            raise ValidationError(_("This is the address you have already. Write the new one."))
