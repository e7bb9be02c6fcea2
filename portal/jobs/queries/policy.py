"""Who may do what with an opening."""

from portal.staff.models import Recruiter
from portal.staff.models.roles import ADMIN, OPENINGS, OPENINGS_ANY, PUBLISH, WRITE
from portal.writing.models import Piece


def may_see(me: Recruiter, piece: Piece) -> bool:
    """Look at its words before anybody else does: whoever writes, and whose it is."""
    return me.may(OPENINGS) and (me.may(WRITE) or piece.owner_id == me.id)


def may_edit(me: Recruiter, piece: Piece) -> bool:
    """Change its words. Whatever was there before is still in its versions."""
    return may_see(me, piece)


def may_publish(me: Recruiter, piece: Piece) -> bool:
    """Publish it, close it, open it again: one's own, or any by one's role."""
    return me.may(OPENINGS_ANY) or (me.may(PUBLISH) and piece.owner_id == me.id)


def may_remove(me: Recruiter, piece: Piece) -> bool:
    """Delete it while it is a draft: who owns it, or an admin."""
    return me.may(OPENINGS) and (me.may(ADMIN) or piece.owner_id == me.id)


def may_settle(me: Recruiter) -> bool:
    """Say what a board leaves unclear."""
    return me.may(OPENINGS_ANY)
