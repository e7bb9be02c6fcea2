"""Forgetting a person."""

from datetime import datetime

from portal.members.models import Member


def erase(member: Member, now: datetime) -> None:
    """Nothing by hand: settings, announcements and runs go with the member's row."""
