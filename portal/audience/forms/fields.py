"""Fields that say in a sentence what is wrong, and keep what was typed."""

import re
from datetime import date
from functools import lru_cache
from typing import Any

from markupsafe import Markup, escape
from wtforms import DateField, RadioField, SelectField, SelectMultipleField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its types
from wtforms.validators import ValidationError
from wtforms.widgets import html_params

from portal.audience.queries.options import Options
from portal.languages import gettext as _
from portal.languages import lazy_gettext as _l

MOST_PAY = 100_000_000


def number(value: object) -> int:
    """A small number out of a form; −1, which is never offered, for anything else."""
    text = str(value)
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 4 else -1


def _offered(field: Any) -> set[Any]:
    return {choice.value for choice in field.iter_choices()}


class Ticks(SelectMultipleField):
    """Several of a list; says in a sentence which one is not on it."""

    def pre_validate(self, form: Any) -> None:
        if unknown := sorted(set(self.data or ()) - _offered(self)):
            raise ValidationError(
                _("“%(value)s” is not on our list, or no longer. Choose from what is shown.", value=unknown[0][:60])
            )


class OneOf(RadioField):
    """One of a list."""

    def pre_validate(self, form: Any) -> None:
        if self.data not in _offered(self):
            raise ValidationError(_("Choose one of those that are shown."))


class Number(SelectField):
    """One of the numbers that are offered."""

    refusal = _l("Choose one of the numbers that are shown.")

    def __init__(self, label: Any = None, **kwargs: Any) -> None:
        super().__init__(label, coerce=number, **kwargs)

    def pre_validate(self, form: Any) -> None:
        if self.data not in _offered(self):
            raise ValidationError(self.refusal)


@lru_cache(maxsize=32)
def _options(options: Options) -> str:
    """As HTML. Kept, since a list may have hundreds."""
    found = ""
    for heading, group in options:
        inner = Markup("").join(Markup('<option value="{}">{}</option>').format(*option) for option in group)
        found += Markup('<optgroup label="{}">{}</optgroup>').format(heading, inner) if heading else inner
    return str(found)


class _Select:
    """How such a list is shown."""

    def __call__(self, field: Any, **attrs: Any) -> Markup:
        html = _options(((("", (("", field.none),)),) if field.none else ()) + field.options)
        value = f'value="{escape("" if field.data is None else field.data)}"'
        html = html.replace(value, f"{value} selected", 1)
        return Markup(f"<select {html_params(id=field.id, name=field.name, **attrs)}>{html}</select>")  # noqa: S704


class Option(StringField):
    """One of a long list, which is set by `offer`; "" for none of it, where that may be."""

    widget = _Select()

    def offer(self, options: Options, refusal: str, none: str = "") -> None:
        """What can be chosen, under headings; what is said of anything else; what no choice is called, if there is."""
        self.options, self.refusal, self.none = options, refusal, none

    def pre_validate(self, form: Any) -> None:
        if self.data in {value for _, group in self.options for value, _ in group} or (self.none and not self.data):
            return
        raise ValidationError(self.refusal % {"value": str(self.data)[:60]})


class Hour(Number):
    """A full hour of the day; a day ends at 24."""

    widget = _Select()
    none = ""

    def __init__(self, label: Any, first: int, **kwargs: Any) -> None:
        hours = [(hour, f"{hour:02}:00") for hour in range(first, first + 24)]
        super().__init__(label, choices=[SelectChoice(*hour) for hour in hours], **kwargs)
        self.options: Options = (("", tuple((str(hour), said) for hour, said in hours)),)


class Day(DateField):
    """A day, or None."""

    def process_formdata(self, valuelist: list[str]) -> None:
        self.data: date | None = None
        if not any(valuelist):
            return
        try:
            self.data = date.fromisoformat(valuelist[0])
        except ValueError:
            raise ValueError(_("Choose a day from the calendar, or write it like 2027-03-01.")) from None


class Amount(StringField):
    """A whole amount of money, or None; with or without separators."""

    def process_formdata(self, valuelist: list[str]) -> None:
        typed = "".join(valuelist).strip()
        self.data: Any = None
        if not typed:
            return
        if re.fullmatch(r"[0-9]{1,3}([ .,'’\u00a0\u202f][0-9]{3})+|[0-9]{1,12}", typed):
            self.data = int(self.normal(typed))
        if self.data is None or not 0 < self.data <= MOST_PAY:
            self.data = None
            raise ValueError(_("Write the amount as a whole number, such as 45000, or leave it empty."))

    @staticmethod
    def normal(typed: str) -> str:
        """What is the same amount, whatever it was typed with."""
        return re.sub(r"[^0-9]", "", typed)

    def _value(self) -> str:
        return (self.raw_data or [""])[0] if self.raw_data else str(self.data or "")


def tidy(typed: str | None) -> str:
    """Words without control characters and without spaces at the ends of their lines."""
    lines = (typed or "").replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return "\n".join("".join(c for c in line if c.isprintable()).strip() for line in lines).strip()


class Line(StringField):
    """One line of one's own words."""

    normal = staticmethod(tidy)

    def __init__(self, label: Any, most: int, **kwargs: Any) -> None:
        super().__init__(label, filters=[tidy], **kwargs)
        self.most = most

    def pre_validate(self, form: Any) -> None:
        if len(str(self.data or "")) > self.most:
            raise ValidationError(
                _("These are %(count)s characters. Write at most %(most)s.", count=len(str(self.data)), most=self.most)
            )


class Lines(TextAreaField, Line):
    """Several."""
