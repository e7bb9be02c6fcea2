"""What somebody had typed into the segment builder whose session was over: kept until they are back."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from portal.audience.actions import segments as actions
from portal.audience.desk.segment_page import Page
from portal.audience.files.segments_each import one
from portal.audience.queries import policy
from portal.config import settings
from portal.languages import gettext as _
from portal.staff.queries import by_id
from portal.writing.actions import versions


def keep(recruiter_id: int, given: Mapping[str, Any], form: Any, now: datetime) -> None:
    """Put changes to a segment beside it, for its page to show. Flushes, never commits; see `web.access.Typed`."""
    kept, me = one(settings().content_dir, given["slug"]), by_id(recruiter_id)
    if me is None or kept is None or kept.piece is None or not policy.may_edit(me, kept.piece):
        return
    page = Page.typed(kept, form)
    text = page.draft(kept.name)
    if text.strip():
        versions.keep(kept.piece, text, me.id, now, base_id=page.form.base_id)


def keep_new(recruiter_id: int, given: Mapping[str, Any], form: Any, now: datetime) -> None:
    """Make a segment of what was to be a new one, so that it is there under a name. Only of what was to be saved."""
    me = by_id(recruiter_id)
    if me is None or form.get("do") != "save":
        return
    page = Page.typed(None, form)
    name = str(page.form.name.data or "") or _("Unnamed")
    text = page.draft(name)
    if text.strip():
        actions.create(name, text, me, now)
