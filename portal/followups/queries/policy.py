"""Who at the desk may see a member, and who may touch what was written about them or to them."""

from portal.audience.queries.hiding import hidden
from portal.followups.models import Letter, Note
from portal.members.models import Member
from portal.staff.models import Recruiter


def may_see(me: Recruiter, member: Member | None) -> bool:
    """Whether this recruiter may open a member's page: a confirmed member who does not hide from them."""
    return member is not None and member.confirmed_at is not None and not hidden(me, [member.id])


def may_edit(me: Recruiter, letter: Letter | None) -> bool:
    """A letter is its writer's alone until it is sent, and nobody's to change after that."""
    return letter is not None and letter.recruiter_id == me.id and letter.sent_at is None


def may_remove(me: Recruiter, note: Note | None) -> bool:
    """A note is taken away by who wrote it, or by an admin."""
    return note is not None and (note.recruiter_id == me.id or me.role == "admin")
