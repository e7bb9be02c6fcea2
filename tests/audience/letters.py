"""A newsletter with a rule, parts with rules of their own, and what one member got of it."""

from datetime import datetime
from typing import Any

from portal.audience.models import Slot
from portal.audience.queries import tokens
from portal.db import db
from portal.mail.encoding import encode_text
from portal.mail.models import Delivery, Fragment, Mailing
from portal.members.models import Member
from tests import factories


def letter(
    rule: dict[str, Any] | None = None,
    parts: dict[int, tuple[str, dict[str, Any]]] | None = None,
    segment: str | None = None,
    **values: Any,
) -> Mailing:
    """A frozen newsletter; `parts`: words and rule by position."""
    row = factories.mailing(**values)
    row.rule, row.segment = rule, segment
    for position, (words, of_part) in (parts or {}).items():
        text = encode_text(f"{words}\n\nMore.\n\n")
        row.fragments.append(Fragment(position=position, html=b"", text=text, rule=of_part))
    return row


def got(member: Member | None, mailing: Mailing, at: datetime = factories.LONG_AGO, mask: int = 0) -> Delivery:
    """It was sent to somebody."""
    return factories.delivery(
        member=member, mailing=mailing, state="accepted", mask=mask, not_before=at, first_at=at, ended_at=at
    )


def path(delivery: Delivery) -> str:
    """The page that says why."""
    return f"/why/{tokens.why(delivery.id)}"


def counted(delivery: Delivery, at: datetime, number: int = 0) -> None:
    """It took a slot of the member's budget."""
    db.session.add(Slot(member_id=delivery.member_id, number=number, delivery_id=delivery.id, taken_at=at))
    db.session.flush()
