"""What the desk's audit log has about a member: that somebody did something that concerned them."""

from datetime import datetime

from sqlalchemy import select

from portal.db import db
from portal.languages import gettext as _
from portal.languages import moment
from portal.members.models import Member
from portal.members.queries.held import Data, Entry, Section
from portal.staff.models import AuditEntry
from portal.staff.queries.acts import sentence
from portal.staff.queries.people import names

TABLES = ("audit_entry",)


def export(member: Member, now: datetime) -> list[Section]:
    """Each entry: who did what, and when."""
    rows = select(AuditEntry).filter_by(member_id=member.id).order_by(AuditEntry.id.desc())
    found = db.session.scalars(rows).all()
    people = names({row.recruiter_id for row in found if row.recruiter_id})
    entries = [
        Entry(
            sentence(row.action, people.get(row.recruiter_id or 0), row.object_id), [moment(row.at, member.time_zone)]
        )
        for row in found
    ]
    data: Data = [
        {
            "at": row.at.isoformat(),
            "action": row.action,
            "by": people.get(row.recruiter_id or 0),
            "kind": row.kind,
            "object": row.object_id,
        }
        for row in found
    ]
    about = _(
        "What people who work here did that concerned you. Nobody can change or delete it; once you are erased, "
        "you are taken out of it."
    )
    return [Section("audit", _("What was done about you"), about, entries, data)]
