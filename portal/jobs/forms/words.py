"""The forms in which an opening is described. They keep whatever was typed, as the front matter of a file has it."""

from collections.abc import Mapping
from typing import Any, ClassVar

from flask_wtf import FlaskForm
from wtforms import BooleanField, SelectField, SelectMultipleField, StringField, TextAreaField

from portal.audience.queries import options
from portal.audience.queries.words import LEVEL_WORDS, MODES, PER_WORDS
from portal.jobs.files.front import KEYS
from portal.jobs.forms.values import codes, many, named, pairs, whole, with_chosen
from portal.jobs.queries.choices import choices
from portal.languages import gettext as _
from portal.languages import lazy_gettext as _l
from portal.writing.forms import WordsForm

SETS = ("interests", "work_modes", "locations")


class Facts(FlaskForm):  # type: ignore[misc]  # Flask-WTF has no types
    """What openings are found by, and what they pay."""

    team = SelectField(_l("Team"), validate_choice=False)
    level = SelectField(_l("Level"), validate_choice=False)
    interests = SelectMultipleField(_l("What it is about"), validate_choice=False)
    work_modes = SelectMultipleField(_l("How the work can be done"), validate_choice=False)
    locations = SelectMultipleField(_l("Where"), validate_choice=False)
    applicants_from = StringField(_l("Where one may live who works remotely"))
    pay_min = StringField(_l("Pay from"))
    pay_max = StringField(_l("Pay up to"))
    pay_currency = SelectField(_l("Currency"), validate_choice=False)
    pay_per = SelectField(_l("For"), validate_choice=False)
    pay_unsaid = StringField(_l("Or why the pay is not said"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known = choices()
        self.team.choices = with_chosen([("", _("Choose a team")), *known.teams], self.team.data)
        self.level.choices = with_chosen([("", _("Choose a level")), *pairs(LEVEL_WORDS)], self.level.data)
        self.pay_per.choices = with_chosen(pairs(PER_WORDS), self.pay_per.data)
        currencies = [pair for _group, group in options.currencies() for pair in group]
        self.pay_currency.choices = with_chosen(currencies, self.pay_currency.data)
        self.work_modes.choices = with_chosen(pairs(MODES), *(self.work_modes.data or ()))
        self.locations.choices = with_chosen(known.places, *(self.locations.data or ()))
        about = {slug for group in known.interests.values() for slug, _name in group}
        strange = [(slug, slug) for slug in self.interests.data or () if slug not in about]
        self.interests.choices = known.interests | ({"…": strange} if strange else {})
        self.processes = known.processes

    def said(self) -> dict[str, Any]:
        """What the fields say, by the keys of the front matter; None for what is left out."""
        found: dict[str, Any] = {name: list(self[name].data or ()) for name in SETS}
        for name in ("team", "level", "pay_unsaid"):
            found[name] = (self[name].data or "").replace("\0", "").strip() or None
        return found | {
            "locations": found["locations"] or None, "applicants_from": codes(self.applicants_from.data),
            "pay": self._pay(),
        }  # fmt: skip

    def _pay(self) -> dict[str, Any] | None:
        low, high = (whole(field.data) for field in (self.pay_min, self.pay_max))
        if low is None and high is None:
            return None
        pay = {"min": low, "max": high, "currency": self.pay_currency.data, "per": self.pay_per.data}
        return {name: value for name, value in pay.items() if value is not None}

    @staticmethod
    def held(front: Mapping[str, Any]) -> dict[str, Any]:
        """What these fields hold at first."""
        pay = front.get("pay")
        pay = pay if isinstance(pay, Mapping) else {}
        return {name: many(front.get(name)) for name in SETS} | {
            "team": front.get("team"), "level": front.get("level"), "pay_unsaid": front.get("pay_unsaid"),
            "applicants_from": named(front.get("applicants_from")), "pay_min": str(pay.get("min") or ""),
            "pay_max": str(pay.get("max") or ""), "pay_currency": pay.get("currency") or options.currency_of(None),
            "pay_per": pay.get("per") or "year",
        }  # fmt: skip


class JobForm(Facts, WordsForm):
    """An opening. When it is published and until when people can apply is said when it is published. `way`: the key
    `process`, which is the name of something else here."""

    KEYS: ClassVar[tuple[str, ...]] = KEYS
    title = StringField(_l("Title"))
    way = SelectField(_l("How we decide"), validate_choice=False)
    apply_url = StringField(_l("Where people apply"))
    vacancy = BooleanField(_l("There is a place to fill"))
    starts = StringField(_l("First day"))
    questions = TextAreaField(_l("Questions that decide whether to apply"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.way.choices = with_chosen([("", _("Choose one")), *self.processes], self.way.data)

    def front(self) -> dict[str, Any]:
        """What the fields say, as it stands in a file."""
        asked = [line.strip() for line in (self.questions.data or "").replace("\0", "").splitlines()]
        return {
            **super().front(), **self.said(), "process": self.way.data or None, "vacancy": bool(self.vacancy.data),
            "questions": [line for line in asked if line] or None,
        }  # fmt: skip

    @classmethod
    def taken(cls, front: Mapping[str, Any]) -> dict[str, Any]:
        """What the fields hold at first."""
        found = super().taken(front) | cls.held(front)
        found.pop("pay", None)
        vacancy, questions = front.get("vacancy") is not False, "\n".join(many(front.get("questions")))
        return found | {"vacancy": vacancy, "questions": questions, "way": front.get("process")}
