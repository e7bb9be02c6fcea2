"""Forms of one's own account at the desk."""

from typing import Self

from flask_wtf import FlaskForm
from wtforms import EmailField, Field, PasswordField, SelectField, StringField, SubmitField, ValidationError
from wtforms.validators import DataRequired, Length
from wtforms.widgets import TextInput

from portal.config import settings
from portal.languages import gettext as _
from portal.languages import lazy_gettext as _l
from portal.staff.actions import passwords
from portal.staff.forms.options import languages, time_zones
from portal.staff.models import Recruiter
from portal.staff.queries.addresses import parse


def tidy(typed: str | None) -> str:
    """One line without spaces around it."""
    return " ".join((typed or "").split())


def name_field(label: str) -> StringField:
    """What colleagues and members read."""
    return StringField(
        label,
        [
            DataRequired(_l("Write a name: colleagues and members read it.")),
            Length(max=80, message=_l("Write at most 80 characters.")),
        ],
        filters=[tidy],
    )


class AccountForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF has no types
    """What somebody says of themselves."""

    name = name_field(_l("Your name"))
    title = StringField(_l("What you do"), [Length(max=80, message=_l("Write at most 80 characters."))], filters=[tidy])
    reply_to = EmailField(_l("Answers to your mail go to"), filters=[tidy])
    language = SelectField(_l("Language of your desk"), choices=languages())
    time_zone = SelectField(_l("Your time zone"), choices=time_zones)

    def validate_reply_to(self, field: Field) -> None:
        """An address, or nothing."""
        if field.data and parse(field.data) is None:
            raise ValidationError(_("This is not a mail address. Look for a slip, or leave it empty."))


class PasswordForm(FlaskForm):  # type: ignore[misc]
    """A new password. Its second button only shows what was typed, without script."""

    password = PasswordField(_l("A new password"))
    show = SubmitField(_l("Show what I typed"))
    own: tuple[str, ...] = ()

    def about(self, recruiter: Recruiter) -> Self:
        """Say whose it is: their names and addresses are not in it."""
        config = settings()
        self.own = (recruiter.name, recruiter.address, recruiter.title, config.org_name, config.host)
        return self

    def show_it(self) -> bool:
        """Whether only that was wanted; from then on the field shows what it holds."""
        if not self.show.data:
            return False
        self.password.widget = TextInput()
        return True

    def validate_password(self, field: Field) -> None:
        """Long enough, and not obvious."""
        problem = passwords.problem(field.data or "", self.own)
        if problem:
            raise ValidationError(problem)


class ConfirmForm(FlaskForm):  # type: ignore[misc]
    """The first code of a new second factor."""

    code = StringField(
        _l("The six digits that the app shows"), [DataRequired(_l("Write the six digits that the app shows now."))]
    )
