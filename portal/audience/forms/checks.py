"""What must hold of the preferences beyond each field: one clear sentence each, said only of what the person changed,
so that nobody has to mend what they have not touched."""

import re
from datetime import date, timedelta
from typing import Any

from wtforms.validators import ValidationError

from portal.audience.queries import skills as skill_rules
from portal.audience.queries.preferences import today
from portal.audience.queries.wording import WORDINGS
from portal.languages import gettext as _

LONGEST_PAUSE = timedelta(days=731)
FAR = timedelta(days=5 * 366)
PHONE = re.compile(r"\+?[0-9][0-9 ()/.\-]{4,38}")


def skills(form: Any) -> None:
    """What is ticked and what was added, together. Raises ValidationError."""
    try:
        skill_rules.parse([*(form.skills.data or ()), *skill_rules.split(form.more_skills.data or "")])
    except skill_rules.BadSkill as error:
        raise ValidationError(str(error)) from None


def pause(until: date | None, zone: str, now: Any) -> str | None:
    """Why a pause cannot be until that day, if so."""
    here = today(zone, now)
    if until and until <= here:
        return _("That day has come already. Choose a later one, or leave it empty.")
    if until and until > here + LONGEST_PAUSE:
        return _("A pause can last up to two years. To stop for good, untick what we may write to you about.")
    return None


def together(form: Any) -> bool:
    """Add what is wrong to the fields; whether nothing is."""
    wrong = {name: said for name, said in _wrong(form) if form.touched(name)}
    for name, said in wrong.items():
        form[name].errors = [*form[name].errors, said]
    if form.wording.data not in WORDINGS:
        form.wording.errors = [_("The words on this page are not ours. Reload it and save again.")]
    return not wrong and not form.wording.errors


def _wrong(form: Any) -> list[tuple[str, str]]:
    if "phone" not in form:  # the short form, right after joining
        return []
    found = []
    if form.phone.data and not PHONE.fullmatch(form.phone.data):
        found.append(("phone", _("Write the number with its country, such as +351 21 000 00 00.")))
    if form.channel.data == "phone" and not form.phone.data:
        field = "channel" if form.differs("channel") else "phone"
        found.append((field, _("Write your number below as well, so that we can call.")))
    if form.phone_opens.data >= form.phone_closes.data:
        found.append(("phone_closes", _("The hours for calls end before they begin. Choose a later end.")))
    if form.mail_opens.data == form.mail_closes.data:
        found.append(("mail_closes", _("Mail needs at least an hour to come in. Choose another end.")))
    if not form.weekdays.data:
        found.append(("weekdays", _("Tick at least one day. To get nothing for a while, set a pause.")))
    if form.available_from.data and form.available_from.data > form.at.date() + FAR:
        found.append(("available_from", _("Choose a day within the next five years, or leave it empty.")))
    if said := pause(form.pause_until.data, form.chosen.time_zone, form.at):
        found.append(("pause_until", said))
    return found
