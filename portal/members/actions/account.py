"""The account itself: what one is called, and what is tidied away."""

import re
import unicodedata
from datetime import datetime, timedelta

from sqlalchemy import Delete, delete, exists, func, or_

from portal import sessions
from portal.db import changed
from portal.members.actions import changes
from portal.members.models import AccountLink, Member
from portal.members.queries.links import living

UNCONFIRMED = timedelta(days=7)
"""How long the claim "this is my address" is kept without its owner confirming it."""
KEPT = timedelta(days=7)
"""How long a dead link is kept: its page still knows where a fresh one goes, and limits count it."""
MAX_NAME = 80

# Controls, halves of surrogates, private use (our merge fields); and marks that turn the reading order.
_NO_NAME = {"Cc", "Cs", "Co"}
_TURNING = re.compile("[\u200e\u200f\u202a-\u202e\u2066-\u2069]")


def tidy_name(typed: str) -> str:
    """A name on one line without characters that cannot be seen; may be empty. Emoji and every script stay."""
    spaced = _TURNING.sub("", " ".join(typed.split()))
    return "".join(c for c in spaced if unicodedata.category(c) not in _NO_NAME).strip()


def rename(member: Member, name: str, now: datetime) -> None:
    """Change what we call them, and keep what it was. `name` is tidy and not empty."""
    changes.record(member.id, "you", {"name": member.name}, {"name": name}, now)
    member.name = name


def forget_claims(now: datetime) -> int:
    """Delete members who never confirmed within a week, and all that hangs on them. Returns how many."""
    link = exists().where(AccountLink.member_id == Member.id, living(now))
    old = Member.confirmed_at.is_(None) & (Member.created_at < now - UNCONFIRMED)
    return _delete(delete(Member).where(old, ~link))


def forget_links(now: datetime) -> int:
    """Delete links that died a week ago. Returns how many."""
    ended = func.coalesce(AccountLink.used_at, AccountLink.expires_at)
    return _delete(delete(AccountLink).where(ended < now - KEPT))


def forget_sessions(now: datetime) -> int:
    """Delete sessions that are over. Returns how many."""
    row = sessions.BrowserSession
    idle, old = row.seen_at < now - sessions.IDLE, row.started_at < now - sessions.ABSOLUTE
    return _delete(delete(row).where(or_(row.ended_at.is_not(None), idle, old)))


def _delete(statement: Delete) -> int:
    return changed(statement.execution_options(synchronize_session=False))
