"""The forms on which a member chooses, and on which whoever holds a mail may ask for less."""

from collections.abc import Iterable
from typing import Any
from urllib.parse import parse_qs, urlencode

from flask_wtf import FlaskForm
from wtforms import BooleanField, HiddenField, RadioField, SelectField, SelectMultipleField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its types
from wtforms.validators import ValidationError

from portal.audience.models import ASKED
from portal.audience.queries.preferences import PURPOSE_WORDS, Entry, Preferences, mails
from portal.audience.queries.wording import CURRENT, WORDINGS
from portal.languages import LANGUAGES
from portal.members.models import CAREER_STAGES, WORK_MODES

MODES = {"remote": "Remote", "hybrid": "Hybrid", "onsite": "On site"}
STAGES = {"looking": "I am looking", "open": "Open to the right thing", "not_looking": "Not looking, just curious"}
STEPS = (1, 2, 4, 8, 16, 31)
"""Numbers of mails that are offered, besides the one that a member has already."""
AS_IT_IS = 0


def _number(value: object) -> int:
    """A small number out of a form; −1, which is never offered, for anything else."""
    text = str(value)
    return int(text) if text.isdecimal() and len(text) < 4 else -1


def _offered(field: Any) -> set[Any]:
    return {choice.value for choice in field.iter_choices()}


class Ticks(SelectMultipleField):
    """Several of a list; says in a sentence which one is not on it."""

    def pre_validate(self, form: Any) -> None:
        if unknown := sorted(set(self.data or ()) - _offered(self)):
            raise ValidationError(f"“{unknown[0][:60]}” is not on our list, or no longer. Choose from what is shown.")


class OneOf(RadioField):
    """One of a list."""

    def pre_validate(self, form: Any) -> None:
        if self.data not in _offered(self):
            raise ValidationError("Choose one of those that are shown.")


class Number(SelectField):
    """One of the numbers of mails that are offered."""

    refusal = "Choose one of the numbers that are shown."

    def pre_validate(self, form: Any) -> None:
        if self.data not in _offered(self):
            raise ValidationError(self.refusal)


class PreferencesForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF has no types
    """Everything a member chooses. `seen` holds what the page showed when it was opened."""

    interests = Ticks("What interests you")
    work_modes = Ticks("How you want to work", choices=[SelectChoice(m, MODES[m]) for m in WORK_MODES])
    places = Ticks("Where")
    career_stage = OneOf("How actively are you looking?", choices=[SelectChoice(s, STAGES[s]) for s in CAREER_STAGES])
    language = OneOf("Language", choices=[SelectChoice(*pair) for pair in LANGUAGES.items()])
    mails_per_month = Number("How much mail is right?", coerce=_number)
    newsletter = BooleanField(PURPOSE_WORDS["newsletter"])
    job_alerts = BooleanField(PURPOSE_WORDS["job_alerts"])
    check_ins = BooleanField(PURPOSE_WORDS["check_ins"])
    wording = HiddenField(default=CURRENT)
    seen = HiddenField()

    def __init__(self, chosen: Preferences) -> None:
        values = _values(chosen)
        self.now = {name: _as_sent(value) for name, value in values.items()}
        super().__init__(data=values | {"seen": urlencode(self.now, doseq=True)})
        self.interests.choices = [SelectChoice(e.slug, e.name, optgroup=e.group) for e in chosen.interests]
        self.places.choices = [SelectChoice(e.slug, e.name) for e in chosen.places]
        steps = sorted({*STEPS, chosen.mails_per_month})
        self.mails_per_month.choices = [SelectChoice(n, f"At most {mails(n)}") for n in steps]
        self.chosen = [self[name] for name in values]

    def validate_wording(self, field: HiddenField) -> None:
        """The consent record names the sentences that were on the page."""
        if field.data not in WORDINGS:
            raise ValidationError("The words on this page are not ours. Reload it and save again.")

    def changes(self) -> dict[str, Any]:
        """What differs from what the page showed, since only that is the person's word; all when that is missing."""
        if not self.seen.data:
            return {f.name: f.data for f in self.chosen}
        return {f.name: f.data for f in self.chosen if self._seen(f.name) != set(f.raw_data or ())}

    def overruled(self) -> list[str]:
        """Labels of the fields that were changed here and, since the page was opened, elsewhere too."""
        if not self.seen.data:
            return []
        both = [f for f in self.chosen if f.name in self.changes() and self._seen(f.name) != set(self.now[f.name])]
        return [f.label.text for f in both if set(f.raw_data or ()) != set(self.now[f.name])]

    def _seen(self, name: str) -> set[str]:
        return set(parse_qs(self.seen.data).get(name, ()))


def _values(chosen: Preferences) -> dict[str, Any]:
    return {
        "interests": _ticked(chosen.interests),
        "work_modes": sorted(chosen.work_modes),
        "places": _ticked(chosen.places),
        "career_stage": chosen.career_stage,
        "language": chosen.language,
        "mails_per_month": chosen.mails_per_month,
        **{purpose: purpose in chosen.agreed for purpose in ASKED},
    }


def _ticked(entries: Iterable[Entry]) -> list[str]:
    return [entry.slug for entry in entries if entry.chosen]


def _as_sent(value: Any) -> list[str]:
    """A value as a browser sends it: a box that is not ticked is not sent at all."""
    if isinstance(value, bool):
        return ["y"] * value
    return value if isinstance(value, list) else [str(value)]


class LowerForm(FlaskForm):  # type: ignore[misc]
    """Less mail. Nothing on it can be a raise, also not when it stood open while something else was lowered."""

    stop = Ticks("What should stop?")
    mails_per_month = Number("How much mail is right?", coerce=_number, default=AS_IT_IS)

    def __init__(self, chosen: Preferences, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.stop.choices = [SelectChoice(purpose, PURPOSE_WORDS[purpose]) for purpose in chosen.agreed]
        most = chosen.mails_per_month
        fewer = [SelectChoice(n, f"At most {mails(n)}") for n in STEPS if n < most]
        self.mails_per_month.choices = [SelectChoice(AS_IT_IS, f"At most {mails(most)}, as it is now"), *fewer]
        self.mails_per_month.refusal = "By a link in a mail you can only ask for less. Nothing was changed."

    def fewer(self) -> int | None:
        """The lower number that was chosen, if one was."""
        number: int = self.mails_per_month.data
        return number if number != AS_IT_IS else None
