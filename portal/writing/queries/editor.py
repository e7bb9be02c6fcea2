"""What a slice says about the editing of its pieces. `wiring.py` hands it to `writing.desk`, which is the editor."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from portal.staff.models import Recruiter
from portal.staff.models.roles import WRITE
from portal.writing.models import Piece
from portal.writing.queries.findings import Finding
from portal.writing.queries.source import Source


@dataclass(frozen=True)
class Frame:
    """A frame in which words are looked at. `path`: where it is without the version's number, which comes at its end;
    `query`: what stands behind that ("?width=375"). `label` says what it shows, `width` is in pixels."""

    name: str
    label: str
    path: str
    query: str = ""
    width: int | None = None


@dataclass(frozen=True)
class Editor:
    """How one kind of piece is edited, under `path`/<slug>.

    `page` and `panel` are templates: the first extends writing/editor.html, the second, which is what stands beside the
    words and comes anew with each autosave, writing/panel.html. Both get `values` (me, piece, source, now) besides
    their own.

    `form` gives the form class for a language ("" for the house's own), a `writing.forms.WordsForm`. `frames` gives
    the previews of (slug, language). `findings` are what there is to mend. `shows` is whether words can be shown at
    all: where not, the preview keeps the last that could. `then` says where one goes who pressed the button
    `do`=key, once the words are saved. `right`: without it nobody comes here at all; `may_see`: for whom a piece is
    there. `translated`: whether it is written in several languages.
    """

    kind: str
    path: str
    name: Any
    page: str
    panel: str
    form: Callable[[str], type[Any]]
    may_edit: Callable[[Recruiter, Piece], bool]
    findings: Callable[[Piece, Source, datetime], Sequence[Finding]]
    shows: Callable[[Source], bool]
    frames: Callable[[str, str], Sequence[Frame]]
    values: Callable[[Recruiter, Piece, Source, datetime], dict[str, Any]] = lambda me, piece, source, now: {}
    then: Mapping[str, Callable[[str], str]] = field(default_factory=dict)
    right: str = WRITE
    may_see: Callable[[Recruiter, Piece], bool] = lambda me, piece: True
    translated: bool = True

    def at(self, slug: str, *rest: object, language: str = "") -> str:
        """An address of a piece of this kind."""
        path = "/".join([self.path, slug, *map(str, rest)])
        return f"{path}?language={language}" if language else path
