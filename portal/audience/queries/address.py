"""Changes of address: what a link stands for, and mails that go elsewhere than to the member's address."""

from sqlalchemy import ColumnElement, case, select

from portal.audience.models import AddressChange
from portal.db import db
from portal.mail.models import Delivery, Mailing
from portal.members.models import AccountLink, Member

TO_NEW, TO_OLD = "address", "address_back"
"""The purposes of the two links, and the kinds of the two mails."""
ELSEWHERE = (TO_NEW, TO_OLD)
"""What goes to another address than the member's: what we know of theirs does not stop it."""


def of_link(link: AccountLink) -> AddressChange | None:
    """The change that a link, of either purpose, stands for."""
    of = AddressChange.link_id if link.purpose == TO_NEW else AddressChange.back_id
    return db.session.scalar(select(AddressChange).where(of == link.id))


def goes_to() -> ColumnElement[str]:
    """Where an account mail goes, over `member`, `account_link` and the `address_change` of `of()`: to the address that
    the member wants or had, or to theirs. NULL when that change is forgotten: then nowhere."""
    return case(
        (AccountLink.purpose == TO_NEW, AddressChange.address),
        (AccountLink.purpose == TO_OLD, AddressChange.before),
        else_=Member.address,
    )


def went_elsewhere(delivery_id: int) -> bool:
    """Whether a mail went to an address that need not be the member's: who holds it can do nothing with the account."""
    kind = select(Mailing.kind).join(Delivery).where(Delivery.id == delivery_id)
    return db.session.scalar(kind) in ELSEWHERE


def of() -> ColumnElement[bool]:
    """The join that `goes_to` needs."""
    return (AddressChange.link_id == AccountLink.id) | (AddressChange.back_id == AccountLink.id)
