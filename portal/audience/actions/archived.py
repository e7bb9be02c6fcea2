"""The files in a member's archive: each message as it was sent, and a receipt of each agreement."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from itertools import groupby

from sqlalchemy import select

from portal import links
from portal.audience.models import Consent
from portal.audience.queries import fields, sent
from portal.audience.queries.held import agreed
from portal.audience.queries.words import PURPOSE_WORDS
from portal.config import settings
from portal.db import db
from portal.languages import gettext as _
from portal.languages import moment
from portal.mail import message, outbox
from portal.mail.headers import BadRecipient
from portal.mail.models import Delivery
from portal.mail.seams import seams
from portal.members.models import Member
from portal.members.queries.addresses import shown
from portal.members.queries.held import File


def files(member: Member, now: datetime) -> Iterator[File]:
    """One after the other, so that a long life of mails need not be in memory at once."""
    yield from mails(member, now)
    yield from receipts(member, now)


def mails(member: Member, now: datetime) -> Iterator[File]:
    """Every message of which at least one attempt was made, rebuilt from what was frozen; to today's name and address.

    Links that work once are in no copy: the field leads to where one asks for a fresh one.
    """
    for mailing, rows in groupby(sent.of_member(member.id), key=lambda row: row.Mailing):
        ready = message.prepare(outbox.frozen(mailing))
        again = any(fragment.again for fragment in mailing.fragments)
        for delivery in (row.Delivery for row in rows):
            if delivery.first_at:
                more = _more(delivery, now) if again else {}
                yield _rebuilt(ready, delivery, delivery.first_at, member, sent.subject(mailing, member), more)


def _more(delivery: Delivery, now: datetime) -> Mapping[str, str]:
    """What stands in parts that are asked again, in the words of today."""
    found = seams().tailor([delivery.id], now).get(delivery.id)
    return found.values if found else {}


def _rebuilt(
    ready: message.Prepared, delivery: Delivery, date: datetime, member: Member, subject: str, more: Mapping[str, str]
) -> File:
    found = fields([delivery.id]).get(delivery.id)
    values = dict(found.values if found else {"name": member.name}) | {"action_url": links.absolute("/sign-in"), **more}
    recipient = message.Recipient(delivery.id, member.address, member.name, date, delivery.mask, values, delivery.picks)
    try:
        return File(sent.path(delivery), ready.build(recipient))
    except BadRecipient as error:
        words = _("This message cannot be rebuilt: %(reason)s", reason=str(error))
        return File(sent.path(delivery).replace(".eml", ".txt"), f"{subject}\n\n{words}\n".encode())


def receipts(member: Member, now: datetime) -> Iterator[File]:
    """Who agreed to what, in which words, when, how; one file each."""
    for row in db.session.scalars(select(Consent).filter_by(member_id=member.id).order_by(Consent.id)):
        title = _("Agreement number %(number)s: %(purpose)s", number=row.id, purpose=PURPOSE_WORDS[row.purpose])
        lines = [
            title,
            _("Between %(name)s, %(address)s", name=member.name, address=shown(member.address)),
            _("and %(org)s, %(postal)s", org=settings().org_name, postal=settings().postal_address),
            "",
            *agreed(row, member.time_zone),
            "",
            _("Version of the words: %(version)s.", version=row.wording),
            _("This copy was made on %(when)s.", when=moment(now, member.time_zone)),
        ]
        path = f"consents/{row.given_at:%Y-%m-%d}-{row.purpose}-{row.id}.txt"
        yield File(path, "\n".join([*lines, ""]).encode())
