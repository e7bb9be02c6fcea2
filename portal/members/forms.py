"""Forms of the account, and the checks of an address and a name that joining uses too."""

from flask_wtf import FlaskForm
from wtforms import BooleanField, EmailField, Field, Form, HiddenField, StringField
from wtforms.validators import DataRequired, InputRequired, Length, Regexp, ValidationError

from portal.languages import lazy_gettext as _l
from portal.members.actions.account import MAX_NAME, tidy_name
from portal.members.queries.addresses import BadAddress, parse


class IsAddress:
    """The field holds an address that we write to; the message says what to mend."""

    def __call__(self, form: Form, field: Field) -> None:
        try:
            parse(field.data)
        except BadAddress as error:
            raise ValidationError(str(error)) from None


def _tidy(typed: str | None) -> str:
    return tidy_name(typed or "")


def address_field(label: str = _l("Your mail address")) -> EmailField:
    """A mail address, which `parse` can read once the form is valid."""
    return EmailField(label, [DataRequired(_l("Write your mail address.")), IsAddress()])


def name_field(label: str) -> StringField:
    """A name to be called by, tidy."""
    return StringField(
        label,
        [
            DataRequired(_l("Write the name we should call you by. A first name is enough.")),
            Length(max=MAX_NAME, message=_l("Write a name of at most %(most)s characters.", most=MAX_NAME)),
        ],
        filters=[_tidy],
    )


class AskForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF has no types
    """Ask for a link to sign in."""

    address = address_field()
    next = HiddenField()


class CodeForm(FlaskForm):  # type: ignore[misc]
    """The six digits that another browser shows."""

    code = StringField(
        _l("The six digits"),
        [Regexp(r"[0-9]{6}\Z", message=_l("Write the six digits, without anything else."))],
        filters=[lambda typed: "".join((typed or "").split())],
    )


class NameForm(FlaskForm):  # type: ignore[misc]
    """Change the name."""

    name = name_field(_l("What we call you"))


class EraseForm(FlaskForm):  # type: ignore[misc]
    """The second step of an erasure."""

    sure = BooleanField(
        _l("Erase everything about me. I know that nobody can bring it back."),
        [InputRequired(_l("Tick the box first, so that nobody is erased by a slip."))],
    )
