"""The filters of the audit log, which stand in its address."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from flask_wtf import FlaskForm
from wtforms import DateField, HiddenField, SelectField
from wtforms.validators import Optional

from portal.languages import gettext as _
from portal.languages import lazy_gettext as _l
from portal.staff.forms.options import options
from portal.staff.queries.acts import KINDS
from portal.staff.queries.log import Filter


class FilterForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF has no types
    """Who, what, when. Sent by GET; what it does not know is left out."""

    class Meta:
        """It changes nothing, so it has no token."""

        csrf = False

    who = SelectField(_l("Who"), [Optional()])
    kind = SelectField(_l("About"), [Optional()])
    action = SelectField(_l("What"), [Optional()])
    since = DateField(_l("From"), [Optional()])
    until = DateField(_l("To"), [Optional()])
    member = HiddenField()

    def offer(self, people: dict[int, str], actions: list[tuple[str, str]]) -> None:
        """What there is to choose from."""
        anybody, rest = [("", _("Anybody"))], [("0", _("A command"))]
        self.who.choices = options([*anybody, *((str(id), name) for id, name in people.items()), *rest])
        self.kind.choices = options([("", _("Anything")), *KINDS.items()])
        self.action.choices = options([("", _("Anything")), *actions])

    def only(self, zone: str) -> Filter:
        """The filter that was asked for, its days in somebody's time zone."""
        self.validate()
        good = {name: field.data for name, field in self._fields.items() if field.data and not field.errors}
        day = ZoneInfo(zone)
        since, until = good.get("since"), good.get("until")
        return Filter(
            who=int(good["who"]) if good.get("who") else None,
            action=good.get("action", ""),
            kind=good.get("kind", ""),
            member=int(good["member"]) if str(good.get("member", "")).isdecimal() else None,
            after=datetime.combine(since, time(), day).astimezone(UTC) if since else None,
            before=datetime.combine(until + timedelta(days=1), time(), day).astimezone(UTC) if until else None,
        )
