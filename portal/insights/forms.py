"""Forms of the desk's insights."""

from collections.abc import Mapping
from datetime import date
from typing import Any, ClassVar

from flask_wtf import FlaskForm
from wtforms import BooleanField, DateField, SelectMultipleField, StringField, TextAreaField

from portal.insights.queries import board
from portal.languages import lazy_gettext as _l
from portal.writing.forms import WordsForm


class TranslationForm(WordsForm):
    """An insight in another language: the rest it shares with what it translates."""

    KEYS: ClassVar[tuple[str, ...]] = ("title", "summary")
    title = StringField(_l("Title"))
    summary = TextAreaField(_l("Summary"))


class InsightForm(TranslationForm):
    """An insight. The day on which it is published is set when it is published."""

    KEYS: ClassVar[tuple[str, ...]] = (
        "title", "summary", "author", "interests", "published", "updated", "members_only",
    )  # fmt: skip
    author = StringField(_l("Author"))
    interests = SelectMultipleField(_l("What it is about"), validate_choice=False)
    updated = StringField(_l("Brought up to date on"))
    members_only = BooleanField(_l("Only for members"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        grouped = board.choices()
        known = {slug for pairs in grouped.values() for slug, _name in pairs}
        strange = [(slug, slug) for slug in self.interests.data or () if slug not in known]
        self.interests.choices = grouped | ({"…": strange} if strange else {})

    def front(self) -> dict[str, Any]:
        """What the fields say. Whether it is for members is only written down where it is."""
        said = super().front()
        return {**said, "interests": list(self.interests.data or ()), "members_only": self.members_only.data or None}

    @classmethod
    def taken(cls, front: Mapping[str, Any]) -> dict[str, Any]:
        """What the fields hold at first."""
        found = super().taken(front)
        about = found.get("interests")
        found["interests"] = [str(slug) for slug in about] if isinstance(about, list | tuple) else []
        return found | {"members_only": found.get("members_only") is True}


class PublishForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF has no types
    """On which day an insight is to be read from."""

    day = DateField(_l("On a day"))

    def chosen(self, today: date) -> date | None:
        """The day, if it is one from today on."""
        day: date | None = self.day.data
        return day if day and day >= today else None
