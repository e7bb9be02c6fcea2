"""Who may do what to an insight that lives at the desk."""

from portal.staff.models import Recruiter
from portal.staff.models.roles import ADMIN, WRITE
from portal.writing.models import Piece


def may_edit(me: Recruiter, piece: Piece) -> bool:
    """Change its words and publish them: everybody who writes. Whatever was there before is still in its versions."""
    return me.may(WRITE)


def may_remove(me: Recruiter, piece: Piece) -> bool:
    """Take it off the site, or delete it: who owns it, or an admin."""
    return me.may(WRITE) and (me.may(ADMIN) or piece.owner_id == me.id)
