"""Forgetting a person."""

from datetime import datetime

from portal.members.models import Member


def erase(member: Member, now: datetime) -> None:
    """Nothing by hand: all that this slice keeps goes with the member's row, and the mailings that their letters
    became, and copies of these to recruiters, are dropped by `mail.erasing`."""
