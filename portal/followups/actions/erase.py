"""Forgetting a person: letters before the mailings that they became, and copies that recruiters sent themselves."""

from datetime import datetime

from sqlalchemy import delete, select

from portal.db import db
from portal.followups.models import Letter
from portal.followups.queries.letters import copies
from portal.mail import erasing
from portal.mail.models import Mailing
from portal.members.models import Member


def erase(member: Member, now: datetime) -> None:
    """Notes, details and suggestions go with the member's row."""
    db.session.execute(delete(Letter).filter_by(member_id=member.id).execution_options(synchronize_session=False))
    erasing.drop(list(db.session.scalars(select(Mailing.id).where(Mailing.about == copies(member.id)))))
