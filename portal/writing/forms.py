"""Forms of the editor. They keep whatever was typed: what is wrong with it is said beside it, not in its way."""

from collections.abc import Mapping
from typing import Any, ClassVar

from flask_wtf import FlaskForm
from wtforms import FileField, HiddenField, StringField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length, ValidationError

from portal.content import SLUG, compose
from portal.languages import gettext as _
from portal.languages import lazy_gettext as _l

NAMES = {"new", "media", "versions", "unclear"}
"""Slugs that are addresses of the desk's own."""


class WordsForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF has no types
    """Base of each kind's form: the Markdown, the version that its writer had before them, and the opened page.

    A subclass adds fields that are called like the keys of the front matter, and says in KEYS their order in the file.
    Where a field holds something else than the file says, it overrides `front` and `taken`.
    """

    KEYS: ClassVar[tuple[str, ...]] = ()
    body = TextAreaField(_l("Text"))
    base = HiddenField()
    page = HiddenField()

    def front(self) -> dict[str, Any]:
        """What the fields say, by key; None for what is left out."""
        return {name: self._said(self[name].data) for name in self.KEYS if name in self}

    @classmethod
    def taken(cls, front: Mapping[str, Any]) -> dict[str, Any]:
        """What the fields hold at first, by name."""
        return {name: front[name] for name in cls.KEYS if front.get(name) is not None}

    @property
    def base_id(self) -> int | None:
        """The id of the version that was there when the form was opened; None if there was none."""
        text = str(self.base.data or "")
        return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else None

    def text(self, front: Mapping[str, Any]) -> str:
        """The whole text of the piece. What `front` (that of the version before) says and no field knows, stays."""
        said = {**front, **self.front()}
        keys = [*self.KEYS, *(key for key in front if key not in self.KEYS)]
        return compose({key: said.get(key) for key in keys}, (self.body.data or "").replace("\0", ""))

    @staticmethod
    def _said(value: Any) -> Any:
        return (value.replace("\0", "").strip() or None) if isinstance(value, str) else value


class RawForm(WordsForm):
    """A text whose front matter cannot be read: it is mended by hand, as a whole."""

    body = TextAreaField(_l("The whole text, as a file"))

    def text(self, front: Mapping[str, Any]) -> str:
        """What was typed."""
        return (self.body.data or "").replace("\0", "").replace("\r\n", "\n")


class NewForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF has no types
    """A new piece: what it is called, and its address."""

    title = StringField(_l("Title"), validators=[
        DataRequired(_l("Give it a title. You can change it later.")),
        Length(max=160, message=_l("This is longer than 160 characters. Shorten it.")),
    ])  # fmt: skip
    slug = StringField(_l("Address"), validators=[Length(max=80, message=_l("At most 80 characters. Shorten it."))])

    def validate_slug(self, field: StringField) -> None:
        """Empty, to be made from the title, or an address."""
        said = (field.data or "").strip()
        if said and (not SLUG.fullmatch(said) or said in NAMES):
            raise ValidationError(
                _("Use only a-z, 0-9 and single hyphens between them, such as “how-we-decide”; “%(words)s” are taken.",
                  words=", ".join(sorted(NAMES)))
            )  # fmt: skip


class PictureForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF has no types
    """A picture to bring in, with the words for who does not see it."""

    picture = FileField(_l("Picture"), validators=[InputRequired(_l("Choose a picture: PNG, JPEG or WebP."))])
    alt = StringField(_l("What it shows"), validators=[
        DataRequired(_l("Say in a few words what it shows, for those who do not see it.")),
        Length(max=300, message=_l("This is longer than 300 characters. Say it shorter.")),
    ])  # fmt: skip
