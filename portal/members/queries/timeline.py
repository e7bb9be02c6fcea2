"""Everything that happened between a member and us, as each slice tells it: the timeline at the desk.

`wiring.TIMELINES` is the list. Only told facts: what a candidate has not been told is in nobody's timeline.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias

from flask import current_app

from portal.db import db
from portal.languages import gettext as _
from portal.members.models import Member


@dataclass(frozen=True, slots=True)
class Touch:
    """One thing that happened, in the language that is spoken. `kind`: mail, reply, consent, change, note, letter, …
    (an icon and a filter on the page); `who`: the recruiter's name, if one did it; `href`: where there is more."""

    at: datetime
    kind: str
    words: str
    detail: Sequence[str] = ()
    who: str | None = None
    href: str | None = None


Timeline: TypeAlias = Callable[[int, int], Sequence[Touch]]
"""Of a member's id and how many at most: the newest first."""


def touches(member_id: int, limit: int) -> list[Touch]:
    """The newest of all slices, the newest first."""
    found: Sequence[Timeline] = current_app.extensions["timelines"]
    every = [touch for timeline in found for touch in timeline(member_id, limit)]
    return sorted(every, key=lambda touch: touch.at, reverse=True)[:limit]


def timeline(member_id: int, limit: int) -> list[Touch]:
    """What this slice knows: that they came."""
    member = db.session.get(Member, member_id)
    if member is None or member.confirmed_at is None:
        return []
    joined = Touch(member.confirmed_at, "joined", _("%(name)s joined and confirmed the address.", name=member.name))
    return [joined][:limit]
