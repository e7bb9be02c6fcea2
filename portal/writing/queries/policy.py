"""Who may move a piece between its file and the desk."""

from portal.staff.models import Recruiter
from portal.staff.models.roles import ADMIN, SEGMENTS, WRITE
from portal.writing.models import Piece


def may_move(me: Recruiter, piece: Piece) -> bool:
    """Whoever may write, moves what is written. A segment that is a file is everybody's to send to, so only its owner
    or an admin takes it to where they alone change it."""
    if piece.kind == "segment":
        return me.may(SEGMENTS) and (piece.owner_id == me.id or me.may(ADMIN))
    return me.may(WRITE)
