"""How openings are edited, for `writing.desk`."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from portal.jobs.actions import lacking
from portal.jobs.forms.words import JobForm
from portal.jobs.queries import board, policy
from portal.languages import gettext as _
from portal.languages import lazy_gettext as _l
from portal.staff.models import Recruiter
from portal.staff.models.roles import OPENINGS
from portal.writing.models import Piece
from portal.writing.queries import findings
from portal.writing.queries.editor import Editor, Frame
from portal.writing.queries.source import Source


def _frames(slug: str, language: str) -> Sequence[Frame]:
    path = f"/desk/jobs/{slug}/preview/"
    return (
        Frame("light", _("As a page"), path, "?scheme=light"),
        Frame("dark", _("In the dark, on a phone"), path, "?scheme=dark", 375),
    )


def _values(me: Recruiter, piece: Piece, source: Source, now: datetime) -> dict[str, Any]:
    return {"row": board.one(piece, now), "may_publish": policy.may_publish(me, piece)}


EDITOR = Editor(
    kind=board.KIND,
    path="/desk/jobs",
    name=_l("Opening"),
    page="jobs/desk/edit.html",
    panel="jobs/desk/panel.html",
    form=lambda language: JobForm,
    may_edit=policy.may_edit,
    findings=lambda piece, source, now: lacking.of_piece(source),
    shows=lambda source: findings.shows(source) and bool(source.body.strip()),
    frames=_frames,
    values=_values,
    then={"publish": lambda slug: f"/desk/jobs/{slug}/publish"},
    right=OPENINGS,
    may_see=policy.may_see,
    translated=False,
)
