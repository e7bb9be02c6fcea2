"""The form on which whoever holds a mail may ask for less."""

from datetime import date, datetime, timedelta
from typing import Any

from flask_wtf import FlaskForm
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its types

from portal.audience.actions.less import Less
from portal.audience.forms import checks
from portal.audience.forms.fields import Day, Number, OneOf, Ticks
from portal.audience.forms.preferences import STEPS
from portal.audience.queries.preferences import Preferences, today
from portal.audience.queries.words import PURPOSE_WORDS, at_most, mails
from portal.languages import gettext as _
from portal.languages import lazy_gettext as _l

AS_IT_IS = 0
PAUSES = {
    "": _l("No, as it is now"),
    "1": _l("Nothing for a month"),
    "3": _l("Nothing for three months"),
    "day": _l("Nothing until the day below"),
}


class LowerForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF has no types
    """Less mail. Nothing on it can be a raise, also not when it stood open while something else was lowered."""

    stop = Ticks(_l("What should stop?"))
    mails_per_month = Number(_l("How much mail is right?"), default=AS_IT_IS)
    pause = OneOf(_l("A pause?"), choices=[SelectChoice(*pair) for pair in PAUSES.items()], default="")
    pause_until = Day(_l("The day on which mail may come again"))

    def __init__(self, chosen: Preferences, now: datetime, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.zone, self.at = chosen.time_zone, now
        self.stop.choices = [SelectChoice(purpose, PURPOSE_WORDS[purpose]) for purpose in chosen.agreed]
        most = chosen.mails_per_month
        fewer = [SelectChoice(n, at_most(n)) for n in STEPS if n < most]
        as_it_is = _("At most %(mails)s, as it is now", mails=mails(most))
        self.mails_per_month.choices = [SelectChoice(AS_IT_IS, as_it_is), *fewer]
        self.mails_per_month.refusal = _("By a link in a mail you can only ask for less. Nothing was changed.")

    def validate(self, extra_validators: Any = None) -> bool:
        """Each field on its own, then that the pause is one."""
        if not super().validate(extra_validators):
            return False
        said = checks.pause(self._until(), self.zone, self.at)
        if self.pause.data == "day" and not self.pause_until.data:
            said = _("Choose the day on which mail may come again.")
        self.pause_until.errors = [said] if said else []
        return not said

    def asked(self) -> Less:
        """What was asked for."""
        number: int = self.mails_per_month.data
        return Less(self.stop.data or (), number if number != AS_IT_IS else None, self._until())

    def _until(self) -> date | None:
        if self.pause.data == "day":
            until: date | None = self.pause_until.data
            return until
        return today(self.zone, self.at) + timedelta(days=30 * int(self.pause.data)) if self.pause.data else None
