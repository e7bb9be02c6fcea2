"""Who may do what with a segment. Those of the house (from a file, or without an owner) are everybody's to use."""

from portal.staff.models import Recruiter
from portal.staff.models.roles import ADMIN, SEGMENTS, SEND, SEND_ANY
from portal.writing.models import DESK, Piece


def may_see(me: Recruiter) -> bool:
    """Whether they may look at segments, their rules and how many they select."""
    return me.may(SEGMENTS)


def may_edit(me: Recruiter, piece: Piece | None) -> bool:
    """Whether they may change, rename or delete a segment: its owner or an admin, while its home is the desk."""
    if piece is None or piece.home != DESK or piece.removed_at is not None or not me.may(SEGMENTS):
        return False
    return piece.owner_id == me.id or me.may(ADMIN)


def may_use(me: Recruiter, piece: Piece | None) -> bool:
    """Whether they may send to a segment: their own, the house's (None: one that is only a file), or as an admin any.
    Whether the newsletter itself may be sent by them, its own policy says."""
    of_the_house = piece is None or piece.owner_id is None
    return me.may(SEND_ANY) or (me.may(SEND) and (of_the_house or (piece is not None and piece.owner_id == me.id)))
