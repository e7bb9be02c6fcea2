"""Letters and notes, for the timeline at the desk."""

from collections.abc import Iterator

from sqlalchemy import select

from portal.audience.queries.became import became
from portal.db import db
from portal.followups.models import Note
from portal.followups.queries.letters import sent_to
from portal.languages import gettext as _
from portal.members.models import Member
from portal.members.queries.timeline import Touch
from portal.staff.models import Recruiter


def timeline(member_id: int, limit: int) -> list[Touch]:
    """The newest first."""
    member = db.session.get(Member, member_id)
    if member is None:
        return []
    found = [*_letters(member, limit), *_notes(member_id, limit)]
    return sorted(found, key=lambda touch: touch.at, reverse=True)[:limit]


def _letters(member: Member, limit: int) -> Iterator[Touch]:
    for letter, delivery, writer in ((one.letter, one.delivery, one.writer) for one in sent_to(member.id, limit)):
        sent_at = letter.sent_at or letter.changed_at
        said = [became(delivery, member, sent_at)] if delivery else []
        words = _("Letter: “%(subject)s”", subject=letter.subject)
        yield Touch(sent_at, "letter", words, said, writer, f"/desk/letters/{letter.id}")


def _notes(member_id: int, limit: int) -> Iterator[Touch]:
    rows = select(Note, Recruiter.name).join(Recruiter, Recruiter.id == Note.recruiter_id)
    rows = rows.where(Note.member_id == member_id).order_by(Note.at.desc(), Note.id.desc()).limit(limit)
    for note, name in db.session.execute(rows):
        href = f"/desk/members/{member_id}/notes/{note.id}/remove"
        yield Touch(note.at, "note", _("Note"), note.words.splitlines(), name, href)
