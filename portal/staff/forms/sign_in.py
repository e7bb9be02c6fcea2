"""Forms of signing in and of proving again who one is."""

from flask_wtf import FlaskForm
from wtforms import EmailField, HiddenField, PasswordField, StringField
from wtforms.validators import DataRequired

from portal.languages import lazy_gettext as _l


def code_field() -> StringField:
    """Six digits, or a recovery code."""
    return StringField(_l("Code"), [DataRequired(_l("Write the six digits that the app on your phone shows now."))])


def password_field(label: str) -> PasswordField:
    """A password that is there already: no rule but that something is written."""
    return PasswordField(label, [DataRequired(_l("Write your password."))])


class SignInForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF has no types
    """Address and password."""

    address = EmailField(_l("Your mail address at work"), [DataRequired(_l("Write your mail address."))])
    password = password_field(_l("Password"))
    next = HiddenField()


class CodeForm(FlaskForm):  # type: ignore[misc]
    """The second factor."""

    code = code_field()


class ProveForm(FlaskForm):  # type: ignore[misc]
    """Both at once, of somebody who is signed in."""

    password = password_field(_l("Your password"))
    code = code_field()
    next = HiddenField()
