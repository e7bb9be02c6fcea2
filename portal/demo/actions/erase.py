"""Forgetting somebody in the demo: the mails to them that were caught."""

from datetime import datetime

from portal.config import settings
from portal.demo import queries
from portal.members.models import Member
from portal.members.queries import changes


def erase(member: Member, now: datetime) -> None:
    """Delete the caught mails to an address that is theirs or was. Not taken back if the erasure fails."""
    if not settings().demo:
        return
    before = (address for row in changes.of_member(member.id) for address in (row.before.get("address"),) if address)
    for address in {member.address, *before}:
        for key in queries.to_address(address):
            queries.path(key).unlink(missing_ok=True)
