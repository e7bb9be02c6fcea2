"""Taking a member out of the desk's audit log, which otherwise nobody changes."""

from datetime import datetime

from portal.members.models import Member


def erase(member: Member, now: datetime) -> None:
    """Nothing by hand: what was done stays, and the database takes out about whom when their row goes."""
