"""Links in account mails: is this one still good, and what stands in the mail."""

from collections.abc import Collection
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, or_, select

from portal import links
from portal.config import settings
from portal.db import db
from portal.members.models import AccountLink

LIFETIMES = {
    "confirm": timedelta(hours=24),
    "sign_in": timedelta(minutes=10),
    "already_in": timedelta(minutes=10),
    "raise": timedelta(minutes=10),
    "address": timedelta(hours=24),
    "address_back": timedelta(days=7),
    "demo": None,
}
"""What each purpose's links live (W-01). `already_in` answers who asks for an address that is in already; `address`
changes to the one it went to, `address_back` back to the one that it went to."""
CONFIRMING = ("confirm",)
LASTING = ("address_back", "demo")
"""Purposes whose links stay good when others are made or the address changes. Else whoever had got into an account
could, by changing its address twice, take the way back from its owner."""
PAGES = {"confirm": "confirm", "address": "new-address", "address_back": "old-address"}
"""Where a purpose's links lead, if not to the page that signs in."""
MOST_TRIES = 5
"""Wrong codes after which a link is void (W-04)."""


def signing_in() -> tuple[str, ...]:
    """Purposes that open an account. The demo's links never expire, so elsewhere they open nothing."""
    return ("sign_in", "already_in", "raise", *(("demo",) if settings().demo else ()))


def living(now: datetime) -> ColumnElement[bool]:
    """True for links that were not used, not guessed at too often, and have not run out."""
    lasts = or_(AccountLink.expires_at.is_(None), AccountLink.expires_at > now)
    return AccountLink.used_at.is_(None) & (AccountLink.code_tries < MOST_TRIES) & lasts


def find(token: str, purposes: Collection[str]) -> AccountLink | None:
    """The link with this secret, dead or alive, if it is for one of these purposes (W-07)."""
    rows = select(AccountLink).where(AccountLink.token_hash == links.digest(token), AccountLink.purpose.in_(purposes))
    return db.session.scalar(rows)


def find_living(token: str, purposes: Collection[str], now: datetime) -> AccountLink | None:
    """The same, if it still works."""
    rows = select(AccountLink).where(AccountLink.token_hash == links.digest(token), AccountLink.purpose.in_(purposes))
    return db.session.scalar(rows.where(living(now)))


def secret(link: AccountLink) -> str:
    """The token of a link. Raises LookupError when the key it was made with is gone from the settings."""
    return links.derive(link.purpose, link.nonce, link.token_hash)


def action_url(link: AccountLink) -> str:
    """The address behind the button of the link's mail. Raises LookupError as `secret` does."""
    return links.absolute(f"/{PAGES.get(link.purpose, 'sign-in')}/{secret(link)}")


def code(link: AccountLink) -> str:
    """Six digits that stand for the link, to be typed where it was asked for. Worked out, never stored."""
    return f"{int.from_bytes(links.digest('code ' + secret(link))[:8]) % 1_000_000:06}"
