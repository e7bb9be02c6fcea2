"""What the pages about one member have in common: who it is, and that one may see them. Whoever may not, and whoever
asks for somebody who is not there or has been erased, gets the same 404."""

from datetime import datetime

from flask import abort

from portal.audience.queries.hiding import hidden
from portal.followups.models import Letter
from portal.followups.queries import letters, policy
from portal.followups.queries.standing import Standing, standing
from portal.languages import gettext as _
from portal.members.models import Member
from portal.members.queries import by_id
from portal.staff.models import Recruiter

LARGEST = 2**31 - 1
"""Of the numbers that our tables count by."""


def nobody() -> str:
    """What is said where there is no such member, or none to be seen."""
    return _("There is no such member here. They may have left, and then everything about them is gone.")


def member(id: int, me: Recruiter) -> Member:
    """A member whom this recruiter may see, else 404."""
    found = by_id(id) if id <= LARGEST else None
    return found if found and policy.may_see(me, found) else abort(404, nobody())


def stands(id: int, me: Recruiter, now: datetime) -> Standing:
    """The same with how they stand."""
    found = standing(id, now) if id <= LARGEST else None
    return found if found and policy.may_see(me, found.member) else abort(404, nobody())


def draft(id: int, me: Recruiter) -> Letter:
    """A letter that this recruiter is writing, to somebody they may see; else 404: of a colleague's draft nothing is
    told. Two statements."""
    found = letters.by_id(id) if id <= LARGEST else None
    if found is None or not policy.may_edit(me, found) or hidden(me, [found.member_id]):
        abort(404, _("There is no such letter. It may have been sent, or thrown away."))
    return found


def stands_of(letter: Letter, now: datetime) -> Standing:
    """How the member stands to whom a letter of one's own goes."""
    return standing(letter.member_id, now) or abort(404, nobody())
