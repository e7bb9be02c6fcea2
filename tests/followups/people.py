"""Somebody to write to."""

from datetime import datetime
from typing import Any

from portal.audience.actions import rhythm
from portal.db import db
from portal.members.models import Member
from tests import factories

WORKING = 31


def mira(now: datetime, **values: Any) -> Member:
    """Mira, who agreed to personal letters, on weekdays between 8 and 18 in Lisbon."""
    interest = factories.interest(slug="data-engineering", name="Data engineering")
    given: dict[str, Any] = {
        "name": "Mira Solberg", "address": "mira@example.org", "interests": [interest], "skills": ["Python", "SQL"],
        "agreed_to": ["check_ins"], "time_zone": "Europe/Lisbon", "mail_opens": 8, "mail_closes": 18, "weekdays": WORKING,
    }  # fmt: skip
    member = factories.member(**(given | values))
    rhythm.keep(member.id, now)
    db.session.commit()
    return member
