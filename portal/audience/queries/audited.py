"""What the desk's audit log has about a member: that somebody did something that concerned them."""

from datetime import datetime

from sqlalchemy import select

from portal.db import db
from portal.languages import gettext as _
from portal.languages import moment
from portal.members.models import Member
from portal.members.queries.held import Data, Entry, Section
from portal.staff.models import AuditEntry, Recruiter
from portal.staff.queries.acts import sentence

TABLES = ("audit_entry",)


def export(member: Member, now: datetime) -> list[Section]:
    """Each entry: who did what, and when. One statement."""
    rows = select(AuditEntry, Recruiter.name).outerjoin(Recruiter, Recruiter.id == AuditEntry.recruiter_id)
    found = db.session.execute(rows.where(AuditEntry.member_id == member.id).order_by(AuditEntry.id.desc())).all()
    entries = [Entry(sentence(row.action, by, row.object_id), [moment(row.at, member.time_zone)]) for row, by in found]
    data: Data = [
        {
            "at": row.at.isoformat(),
            "action": row.action,
            "by": by,
            "kind": row.kind,
            "object": row.object_id,
        }
        for row, by in found
    ]
    about = _(
        "What people who work here did that concerned you. Nobody can change or delete it; once you are erased, "
        "you are taken out of it."
    )
    return [Section("audit", _("What was done about you"), about, entries, data)]
