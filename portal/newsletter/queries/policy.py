"""Who may do what with a newsletter and its sending. To whom one may send, audience's policy of segments says."""

from portal.audience.queries import policy as segments
from portal.newsletter.models import Approval, Campaign
from portal.staff.models import Recruiter
from portal.staff.models.roles import ADMIN, APPROVE, SEND, SEND_ANY, WRITE
from portal.writing.models import DESK, Piece


def may_see(me: Recruiter) -> bool:
    """Whether they may look at newsletters, whom they would reach and what became of them, as numbers."""
    return me.may(WRITE)


def may_write(me: Recruiter, piece: Piece) -> bool:
    """Whether they may change its words, and whom it is for: whoever writes, while its home is the desk."""
    return me.may(WRITE) and piece.home == DESK and piece.removed_at is None


def may_delete(me: Recruiter, piece: Piece) -> bool:
    """Whether they may delete it while nothing of it was sent: its owner, an admin any; while its home is the desk."""
    return may_write(me, piece) and (piece.owner_id == me.id or me.may(ADMIN))


def may_send(me: Recruiter, segment: Piece | None) -> bool:
    """Whether they may send to a segment (its piece, None: it is only a file): their own, the house's, an admin any."""
    return me.may(SEND) and segments.may_use(me, segment)


def may_stop(me: Recruiter, campaign: Campaign) -> bool:
    """Whether they may pause, resume, cancel and unschedule it: whoever sent it, an admin any."""
    return me.may(SEND_ANY) or (me.may(SEND) and campaign.recruiter_id == me.id)


def may_answer(me: Recruiter, approval: Approval) -> bool:
    """Whether they may say yes or no to it: a second person, not the one who asks."""
    return me.may(APPROVE) and approval.asked_by != me.id
