"""What a member has agreed to."""

from sqlalchemy import select

from portal.audience.models import Consent
from portal.db import db


def live(member_id: int) -> dict[str, Consent]:
    """The member's living consents by purpose."""
    rows = select(Consent).filter_by(member_id=member_id, withdrawn_at=None)
    return {consent.purpose: consent for consent in db.session.scalars(rows)}
