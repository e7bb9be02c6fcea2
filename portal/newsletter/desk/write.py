"""A newsletter's words: what the editor needs to know of them."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from functools import cache
from typing import Any

from flask import request

from portal.audience.models import Interest
from portal.audience.queries.words import MODES
from portal.languages import lazy_gettext as _l
from portal.newsletter.actions import preview
from portal.newsletter.desk.previewed import LOOKS, Asked, Pane, pane, texts
from portal.newsletter.forms import LetterForm, TranslationForm
from portal.newsletter.queries import checks, policy
from portal.newsletter.queries import preview as readers
from portal.newsletter.queries.preview import EVERY
from portal.staff.models import Recruiter
from portal.writing.forms import WordsForm
from portal.writing.models import Piece
from portal.writing.queries.editor import Editor
from portal.writing.queries.findings import Finding
from portal.writing.queries.source import Source


def form(language: str) -> type[WordsForm]:
    """The fields in the house's language ("") or another."""
    return TranslationForm if language else LetterForm


def findings(piece: Piece, source: Source, now: datetime) -> Sequence[Finding]:
    """What its words alone tell; the rest comes right after them (desk/preview.py)."""
    trouble = preview.trouble(source)
    found = checks.of_words(source)
    if trouble and not any(one.words == trouble.words for one in found):
        found.insert(0, Finding("error", trouble.words, line=trouble.line))
    return found


def values(me: Recruiter, piece: Piece, source: Source, now: datetime) -> dict[str, Any]:
    """What its page shows besides. The panel does not, so it is made where it is asked for: `pane_of` (a version's id)
    the preview, `choices` the interests that a part for some can ask for."""
    interests = cache(readers.interests)

    def choices() -> list[Interest]:
        return readers.choices(interests())

    def pane_of(shown: int | None) -> Pane | None:
        version = readers.version(piece, shown) if shown else None
        asked = replace(Asked.of(request.args), reader=EVERY)
        return pane(me, piece, version, asked, now, interests(), texts(piece, version)) if version else None

    return {"pane_of": pane_of, "choices": choices, "looks": LOOKS, "modes": MODES,
            "lengths": (checks.SUBJECT, checks.PREVIEW), "may_delete": policy.may_delete(me, piece)}  # fmt: skip


EDITOR = Editor(
    kind="issue",
    path="/desk/newsletters",
    name=_l("Newsletter"),
    page="newsletter/desk/write.html",
    panel="newsletter/desk/write_panel.html",
    form=form,
    may_edit=policy.may_write,
    findings=findings,
    shows=lambda source: preview.trouble(source) is None,
    frames=lambda slug, language: (),
    values=values,
    then={"who": lambda slug: f"/desk/newsletters/{slug}/who"},
)
