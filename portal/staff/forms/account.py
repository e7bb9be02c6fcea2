"""Forms of one's own account at the desk."""

from typing import Self

from flask_wtf import FlaskForm
from wtforms import Field, PasswordField, StringField, SubmitField, ValidationError
from wtforms.validators import DataRequired
from wtforms.widgets import TextInput

from portal.config import settings
from portal.languages import lazy_gettext as _l
from portal.staff.actions import passwords
from portal.staff.models import Recruiter


class PasswordForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF has no types
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
