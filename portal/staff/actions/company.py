"""Signing in with the company's account: whom what the provider says lets in."""

from datetime import datetime
from typing import Any

from portal import links
from portal.db import db
from portal.languages import gettext as _
from portal.staff.actions import links as once
from portal.staff.actions.audit import note
from portal.staff.actions.people import StaffError
from portal.staff.models import Recruiter
from portal.staff.queries import by_key
from portal.staff.queries.addresses import parse
from portal.staff.queries.links import latest
from portal.staff.queries.people import by_subject


def subject(issuer: str, said: dict[str, Any]) -> str:
    """Who somebody is at a provider: what we keep, so that another provider's person is never the same."""
    return links.digest(f"{issuer}\0{said['sub']}").hex()


def let_in(issuer: str, said: dict[str, Any], now: datetime) -> Recruiter:
    """Whoever is known by their subject; else who has, or is invited by, the address that the provider has verified.

    That one is connected from then on, and joins with it if they had not. Raises StaffError for everybody else.
    """
    who = subject(issuer, said)
    known = by_subject(who)
    if known:
        if not known.active:
            raise StaffError(_("Your account at the desk has ended. Speak with an admin of your house."))
        return known
    recruiter = _addressed(said)
    if recruiter is None or recruiter.ended_at or recruiter.subject:
        raise StaffError(_("Nobody has invited you to the desk with this address. Speak with an admin of your house."))
    if recruiter.joined_at is None:
        _take_up(recruiter, now)
    recruiter.subject = who
    db.session.flush()
    note(recruiter, "sign_in.subject", "recruiter", recruiter.id, now)
    return recruiter


def _addressed(said: dict[str, Any]) -> Recruiter | None:
    """Whose address it is, if the provider says that it is theirs."""
    read = parse(str(said.get("email", ""))) if said.get("email_verified") is True else None
    return by_key(read[1]) if read else None


def _take_up(recruiter: Recruiter, now: datetime) -> None:
    link = latest(recruiter.id)
    if link is None or link.purpose != "invite" or not once.use(link, now):
        raise StaffError(_("Your invitation has run out. Ask for a new one."))
    recruiter.joined_at = now
    note(recruiter, "staff.join", "recruiter", recruiter.id, now)
