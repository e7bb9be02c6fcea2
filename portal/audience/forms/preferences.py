"""The form on which a member chooses. What it takes for changed is what differs from what the page had shown."""

from collections.abc import Collection, Iterable, Sequence
from datetime import date, datetime
from typing import Any
from urllib.parse import parse_qs, urlencode

from flask_wtf import FlaskForm
from wtforms import BooleanField, HiddenField, StringField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its types

from portal.audience.forms import checks
from portal.audience.forms.fields import Amount, Day, Hour, Line, Lines, Number, OneOf, Option, Ticks
from portal.audience.models import ASKED
from portal.audience.queries import options, skills
from portal.audience.queries.preferences import Preferences, values
from portal.audience.queries.sentence import WEEKDAYS, day_name
from portal.audience.queries.wording import current
from portal.audience.queries.words import (
    CHANNEL_WORDS,
    LEVEL_WORDS,
    MODES,
    PER_WORDS,
    PURPOSE_WORDS,
    STAGE_WORDS,
    TITLES,
    at_most,
)  # fmt: skip
from portal.languages import LANGUAGES
from portal.languages import gettext as _
from portal.languages import lazy_gettext as _l

STEPS = (1, 2, 4, 8, 16, 31)
"""Numbers of mails that are offered, besides the one that a member has already."""
PARTS = {
    "skills": ("skills", "more_skills"),
    "pay": ("pay_floor", "pay_currency", "pay_per"),
    "phone_hours": ("phone_opens", "phone_closes"),
    "mail_hours": ("mail_opens", "mail_closes"),
}
"""Preferences that have more than one field on the form; all others have one of their own name."""
WELCOME = ("interests", "work_modes", "places", "career_stage", *ASKED, "mails_per_month")
"""What is asked right after joining."""


class Skills(Ticks):
    """What one is good at, each of which can be unticked; not from a list of ours."""

    def pre_validate(self, form: Any) -> None:
        checks.skills(form)


def _of(words: Any) -> list[Any]:
    return [SelectChoice(value, said) for value, said in words.items()]


class PreferencesForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF has no types
    """Everything a member chooses. `seen` holds what the page showed when it was opened."""

    interests = Ticks(TITLES["interests"])
    skills = Skills(TITLES["skills"])
    more_skills = StringField(_l("Add"))
    work_modes = Ticks(TITLES["work_modes"], choices=_of(MODES))
    places = Ticks(TITLES["places"])
    lives_in = Option(TITLES["lives_in"])
    levels = Ticks(TITLES["levels"], choices=_of(LEVEL_WORDS))
    unwanted_teams = Ticks(TITLES["unwanted_teams"])
    pay_floor = Amount(_l("At least"))
    pay_currency = Option(_l("Currency"))
    pay_per = Option(_l("For"))
    career_stage = OneOf(_l("How actively are you looking?"), choices=_of(STAGE_WORDS))
    available_from = Day(TITLES["available_from"])
    next_wish = Lines(TITLES["next_wish"], most=1000)
    language = OneOf(TITLES["language"], choices=_of(LANGUAGES))
    channel = OneOf(_l("How may we reach you?"), choices=_of(CHANNEL_WORDS))
    phone = Line(TITLES["phone"], most=40)
    phone_opens = Hour(_l("Call from"), 0)
    phone_closes = Hour(_l("to"), 1)
    not_at_work = BooleanField(_l("Please do not call me at work"))
    hidden_teams = Ticks(_l("Hide me from these teams"))
    hidden_people = Lines(_l("Hide me from these people"), most=1000)
    newsletter = BooleanField(PURPOSE_WORDS["newsletter"])
    job_alerts = BooleanField(PURPOSE_WORDS["job_alerts"])
    check_ins = BooleanField(PURPOSE_WORDS["check_ins"])
    mails_per_month = Number(TITLES["mails_per_month"])
    weekdays = Ticks(TITLES["weekdays"])
    mail_opens = Hour(_l("Mail from"), 0)
    mail_closes = Hour(_l("to"), 1)
    time_zone = Option(TITLES["time_zone"])
    pause_until = Day(_l("Nothing until"))
    wording = HiddenField(default=current)
    seen = HiddenField()

    def __init__(self, chosen: Preferences, now: datetime, only: Collection[str] = ()) -> None:
        self.chosen, self.at = chosen, now
        shown = _shown(chosen)
        super().__init__(data=shown)
        self._offer(chosen)
        for name in shown:
            if only and name not in only:
                del self[name]
        self.now = {name: _as_sent(value) for name, value in shown.items() if name in self}
        if not self.is_submitted():
            self.seen.data = urlencode(self.now, doseq=True)

    def _offer(self, chosen: Preferences) -> None:
        self.interests.choices = [SelectChoice(e.slug, e.name, optgroup=e.group) for e in chosen.interests]
        for name in ("places", "unwanted_teams", "hidden_teams"):
            self[name].choices = [SelectChoice(e.slug, e.name) for e in getattr(chosen, name)]
        self.skills.choices = [SelectChoice(name, name) for name in chosen.skills]
        self.weekdays.choices = [SelectChoice(name, day_name(name)) for name in WEEKDAYS]
        steps = sorted({*STEPS, chosen.mails_per_month})
        self.mails_per_month.choices = [SelectChoice(n, at_most(n)) for n in steps]
        self.lives_in.offer(options.countries(), _("Choose a country from the list."), _("I would rather not say"))
        self.pay_currency.offer(options.currencies(), _("Choose a currency from the list."))
        per = tuple((name, str(words)) for name, words in PER_WORDS.items())
        self.pay_per.offer((("", per),), _("Choose one of those that are shown."))
        zones = options.zones()
        if not any(chosen.time_zone == zone for _region, group in zones for zone, _city in group):
            zones = (("", ((chosen.time_zone, options.city(chosen.time_zone)),)), *zones)
        self.time_zone.offer(zones, _("There is no time zone “%(value)s”. Choose a city from the list."))

    def show_skills(self, names: Sequence[str]) -> None:
        """Show these, each ticked, and nothing more to add."""
        self.skills.choices, self.skills.data = [SelectChoice(name, name) for name in names], list(names)
        self.more_skills.data, self.more_skills.raw_data = "", None

    def validate(self, extra_validators: Any = None) -> bool:
        """Each field on its own, then what depends on several."""
        each = super().validate(extra_validators)
        return checks.together(self) and each

    def changes(self) -> dict[str, Any]:
        """What differs from what the page showed, since only that is the person's word, by the names and in the values
        of `queries.preferences.values`; all when that is missing. What is to be mended is left out."""
        return {
            name: self._said(name)
            for name in values(self.chosen)
            if all(part in self for part in parts(name))
            and any(self.differs(part) for part in parts(name))
            and not any(self[part].errors for part in parts(name))
        }

    def overruled(self) -> list[str]:
        """Titles of the preferences that were changed here and, since the page was opened, elsewhere too."""
        return [str(TITLES[name]) for name in self.changes() if self._elsewhere(name) and not self._agrees(name)]

    def stale(self) -> list[str]:
        """Titles of those that were changed elsewhere since and not here: the page still shows what was."""
        names = [name for name in values(self.chosen) if all(part in self for part in parts(name))]
        return [str(TITLES[n]) for n in names if self._elsewhere(n) and not any(map(self.differs, parts(n)))]

    def seen_now(self) -> str:
        """What the page shows after this was saved, for its next change. What is to be mended is not seen yet, and
        what was added to the skills is among them."""
        done = {part for name in self.changes() for part in parts(name)}
        shown = {name: self._sent(name) if name in done else self._seen(name) for name in self.now}
        if "more_skills" in done:
            shown |= {"skills": self._said("skills"), "more_skills": [""]}
        return urlencode(shown, doseq=True)

    def differs(self, part: str) -> bool:
        """Whether a field differs from what the page showed."""
        return not self.seen.data or set(self._seen(part)) != set(self._sent(part))

    def touched(self, field: str) -> bool:
        """Whether it, or another field of the same preference, differs."""
        together = next((group for group in PARTS.values() if field in group), (field,))
        return any(map(self.differs, together))

    def _elsewhere(self, name: str) -> bool:
        return bool(self.seen.data) and any(
            self._same(p, self._seen(p)) != self._same(p, self.now[p]) for p in parts(name)
        )

    def _agrees(self, name: str) -> bool:
        return all(self._same(part, self._sent(part)) == self._same(part, self.now[part]) for part in parts(name))

    def _same(self, part: str, sent: Iterable[str]) -> set[str]:
        """What was sent as it is kept, so that two ways to write one thing are no change."""
        return set(map(getattr(self[part], "normal", str), sent))

    def _seen(self, part: str) -> list[str]:
        return parse_qs(self.seen.data, keep_blank_values=True).get(part, [])

    def _sent(self, part: str) -> list[str]:
        return [str(value).replace("\r\n", "\n") for value in self[part].raw_data or ()]

    def _said(self, name: str) -> Any:
        """A preference as it was chosen here, in plain values."""
        if name == "skills":
            found = skills.parse([*(self.skills.data or ()), *skills.split(self.more_skills.data or "")])
            return list(found.values())
        if name == "pay":
            return [self.pay_floor.data, self.pay_currency.data, self.pay_per.data] if self.pay_floor.data else None
        if name in PARTS:
            return [self[part].data for part in PARTS[name]]
        value = self[name].data
        if isinstance(value, list):
            return value
        return value.isoformat() if isinstance(value, date) else None if name == "lives_in" and not value else value


def parts(name: str) -> tuple[str, ...]:
    """The fields of a preference."""
    return PARTS.get(name, (name,))


def _shown(chosen: Preferences) -> dict[str, Any]:
    """What the fields show, by their names."""
    plain = values(chosen)
    pay = chosen.pay or (None, options.currency_of(chosen.lives_in), "year")
    grouped = {
        "more_skills": "",
        **dict(zip(PARTS["pay"], pay, strict=True)),
        **dict(zip(PARTS["phone_hours"], chosen.phone_hours, strict=True)),
        **dict(zip(PARTS["mail_hours"], chosen.mail_hours, strict=True)),
        "available_from": chosen.available_from,
        "pause_until": chosen.pause_until,
    }
    own = {name: plain[name] for name in plain if name == "skills" or name not in PARTS}
    return own | grouped


def _as_sent(value: Any) -> list[str]:
    """A value as a browser sends it: a box that is not ticked is not sent at all."""
    if isinstance(value, bool):
        return ["y"] * value
    if isinstance(value, Iterable) and not isinstance(value, str):
        return [str(one) for one in value]
    return ["" if value is None else str(value)]
