"""To whom deliveries go, and the values of their merge fields."""

from collections.abc import Sequence

import structlog
from sqlalchemy import and_, select

from portal import links
from portal.audience.models import ASKED, AddressChange
from portal.audience.queries import tokens
from portal.audience.queries.address import ELSEWHERE, goes_to, of
from portal.audience.queries.copies import staff_fields
from portal.db import db
from portal.mail.models import Delivery, Mailing
from portal.mail.seams import Addressee
from portal.members.models import AccountLink, Member
from portal.members.queries import action_url, retention

log = structlog.get_logger(__name__)


def fields(delivery_ids: Sequence[int]) -> dict[int, Addressee]:
    """The addressee of each delivery, in one statement; none for a person who has been erased. Copies that go to
    recruiters are looked up by another.

    Who has changed their address gets what waits at the new one; about the change itself, each at its own, nameless.

    Everybody has `name` (it may be empty), `preferences_url` and `why_url`; who got the mail on a consent has
    `unsubscribe_url`, and `reply_more_url` and its like; an account mail with a link has `action_url`, unless the key
    that its link was made with is gone.
    """
    link = and_(AccountLink.mailing_id == Delivery.mailing_id, AccountLink.member_id == Member.id)
    rows = (
        select(Delivery.id, Member.id, goes_to(), Member.name, Mailing.purpose, Mailing.kind, AccountLink)
        .join(Member, Member.id == Delivery.member_id)
        .join(Mailing, Mailing.id == Delivery.mailing_id)
        .outerjoin(AccountLink, link)
        .outerjoin(AddressChange, of())
        .where(Delivery.id.in_(delivery_ids), goes_to().is_not(None))
    )
    found = {
        delivery_id: Addressee(address, name, {"name": name} | _urls(delivery_id, member_id, purpose, kind, link))
        for delivery_id, member_id, address, known, purpose, kind, link in db.session.execute(rows)
        for name in ("" if link and link.purpose in ELSEWHERE else known,)
    }
    others = [id for id in delivery_ids if id not in found]
    return found | staff_fields(others) if others else found


def _urls(delivery_id: int, member_id: int, purpose: str, kind: str, link: AccountLink | None) -> dict[str, str]:
    urls = {
        "preferences_url": links.absolute(f"/preferences/{tokens.preferences(member_id)}"),
        "why_url": links.absolute(f"/why/{tokens.why(delivery_id)}"),
    }
    if purpose in ASKED:
        urls["unsubscribe_url"] = links.absolute(f"/unsubscribe/{tokens.unsubscribe(member_id, purpose)}")
        urls |= tokens.reply_urls(delivery_id)
    if kind in retention.MAILS:
        urls["action_url"] = links.absolute(f"/keep/{retention.token(member_id)}")
    if link is not None:
        try:
            urls["action_url"] = action_url(link)
        except LookupError:  # this one mail fails for lack of a value, the rest of the batch goes
            log.warning("the key of a link in an account mail is gone", link=link.id)
    return urls
