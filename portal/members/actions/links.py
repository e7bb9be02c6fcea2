"""Making, using and voiding the links in account mails."""

import hmac
from collections.abc import Callable, Collection
from datetime import datetime

from sqlalchemy import ColumnElement, Update, or_, select, update

from portal import links
from portal.db import db
from portal.languages import speaking
from portal.mail import outbox
from portal.members import emails
from portal.members.models import AccountLink, Member
from portal.members.queries.links import LIFETIMES, code, living

WORDS: dict[str, Callable[[], outbox.Words]] = {"sign_in": emails.sign_in, "raise": emails.raise_preferences}


def request_link(
    member: Member, purpose: str, asked_by: bytes | None, network: str, now: datetime, leads_to: str | None = None
) -> AccountLink:
    """Send a member a link to sign in ("sign_in"), or to ask for more mail ("raise"), that then leads to a path.

    `asked_by`: web.access.asked_here() of the browser that asked, whose cookie web.access.asker() sets.
    """
    with speaking(member.language):
        words = WORDS[purpose]()
    return send(member.id, purpose, words, asked_by, network, now, leads_to)


def send(
    member_id: int,
    purpose: str,
    words: outbox.Words,
    asked_by: bytes | None,
    network: str,
    now: datetime,
    leads_to: str | None = None,
) -> AccountLink:
    """Make a link and queue the mail that brings it. Its button's field is `action_url`."""
    link = make(member_id, purpose, asked_by, network, now, leads_to)
    mailing = outbox.freeze(words, now)
    link.mailing_id = mailing.id
    outbox.queue_one(mailing, member_id, now)
    return link


def make(
    member_id: int, purpose: str, asked_by: bytes | None, network: str, now: datetime, leads_to: str | None = None
) -> AccountLink:
    """Make a link, and void the member's earlier ones of this purpose: one lives at a time (W-01)."""
    if purpose != "address_back":
        void((AccountLink.member_id == member_id) & (AccountLink.purpose == purpose), now)
    nonce, life = links.nonce(), LIFETIMES[purpose]
    link = AccountLink(
        member_id=member_id,
        purpose=purpose,
        nonce=nonce,
        token_hash=links.digest(links.derive(purpose, nonce)),
        asked_by=asked_by,
        leads_to=leads_to,
        network=network,
        created_at=now,
        expires_at=now + life if life else None,
    )
    db.session.add(link)
    db.session.flush()
    return link


def void(which: ColumnElement[bool], now: datetime) -> None:
    """Let links work no longer."""
    lasting = or_(AccountLink.expires_at.is_(None), AccountLink.expires_at > now)
    living = update(AccountLink).where(which, AccountLink.used_at.is_(None), lasting).values(expires_at=now)
    db.session.execute(living.execution_options(synchronize_session=False))


def use(token: str, purposes: Collection[str], asked_by: bytes | None, now: datetime) -> AccountLink | None:
    """Use up a link, or None: by one conditional UPDATE, so that of two requests at once one wins (W-02).

    Only in the browser that asked (W-04), for these purposes (W-07), unused and in time.
    """
    here = or_(AccountLink.asked_by.is_(None), _by(asked_by))
    mine = AccountLink.token_hash == links.digest(token)
    id = _changed(
        update(AccountLink).where(mine, AccountLink.purpose.in_(purposes), living(now), here).values(used_at=now)
    )
    return db.session.get(AccountLink, id, populate_existing=True) if id else None


def use_code(typed: str, purposes: Collection[str], asked_by: bytes | None, now: datetime) -> AccountLink | None:
    """Use up the newest living link that this browser asked for, by its code, or None; each try is counted.

    The caller commits in either case. Counting and checking the count is one UPDATE, so that guesses sent at once
    cannot share a try; and it runs for browsers that have no link too, so that it takes as long.
    """
    asked = _by(asked_by), AccountLink.purpose.in_(purposes), living(now)
    newest = select(AccountLink.id).where(*asked).order_by(AccountLink.id.desc()).limit(1).scalar_subquery()
    tried = update(AccountLink).where(AccountLink.id == newest, *asked).values(code_tries=AccountLink.code_tries + 1)
    id = _changed(tried)
    if id is None:
        return None
    link = db.session.get_one(AccountLink, id, populate_existing=True)
    if not hmac.compare_digest(code(link).encode(), typed.encode()):
        return None
    mine = update(AccountLink).where(AccountLink.id == id, AccountLink.used_at.is_(None))
    return link if _changed(mine.values(used_at=now)) else None


def _by(asked_by: bytes | None) -> ColumnElement[bool]:
    """Asked for by this browser. One that never asked has no mark, which must not match links without one."""
    return AccountLink.asked_by == (asked_by or b"")


def _changed(statement: Update) -> int | None:
    returning = statement.returning(AccountLink.id).execution_options(synchronize_session=False)
    id: int | None = db.session.scalar(returning)
    return id
