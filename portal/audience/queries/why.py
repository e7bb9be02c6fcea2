"""Why somebody got a mail: the agreement, the rule in words, the data it used, what was held back."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, TypeAlias

from sqlalchemy import Row, select

from portal.audience.models import Consent, Interest, Place, Slot
from portal.audience.queries.catalogue import keeping
from portal.audience.queries.deciding import deciding
from portal.audience.queries.eligibility import since
from portal.audience.queries.entries import Entry, read
from portal.audience.queries.facts import Facts, facts
from portal.audience.queries.names import knowing
from portal.audience.queries.segments import SegmentError, conditions, matches, parse, say
from portal.audience.queries.used import Datum, Own, used
from portal.db import db
from portal.mail.models import FREE, Delivery, Fragment, Mailing
from portal.members.models import Member
from portal.members.queries import changes

LATELY = timedelta(days=60)
_Sent: TypeAlias = Row[Delivery, Mailing, int, bytes, Any]
_Late: TypeAlias = Row[str, str, str | None, datetime, datetime | None, datetime]
NOBODY = 0
"""No member has this number: what can be chosen, without what anybody did choose."""


@dataclass(frozen=True, slots=True)
class Reason:
    """A rule in words, None if it cannot be read any more. `asks`: whether it asks anything of anybody. `data`: what it
    used of the member; `holds`: whether it would select them still, by what they chose since. Both for themselves."""

    words: str | None
    asks: bool = False
    data: Sequence[Datum] = ()
    holds: bool | None = None


@dataclass(frozen=True, slots=True)
class Part:
    """A part of the mail that only some got. `text`: its words, encoded as they were sent."""

    position: int
    text: bytes
    reason: Reason


@dataclass(frozen=True, slots=True)
class Held:
    """A mail that did not come, with the reason (of eligibility's, or cancelled), or waits, until when."""

    purpose: str
    due: datetime
    reason: str | None
    until: datetime | None


@dataclass(frozen=True, slots=True)
class Why:
    """All of it. `consent`: the one that the mail stood upon, if it needed any; `agrees`: whether they agree to it now.
    `spent`: how many mails of the budget are in use."""

    member: Member
    mailing: Mailing
    sent_at: datetime
    consent: Consent | None
    agrees: bool
    reason: Reason | None
    parts: Sequence[Part]
    spent: int
    held: Sequence[Held]

    @property
    def free(self) -> bool:
        """Whether this is mail that no budget limits: it answers what one person did."""
        return self.mailing.purpose in FREE


@dataclass(frozen=True, slots=True)
class _Asker:
    """Whoever reads the page: the member themselves, or somebody who only holds the mail and learns nothing."""

    own: Own | None
    facts: Facts | None
    at: datetime

    def reason(self, data: Mapping[str, Any]) -> Reason:
        try:
            rule = parse(data)
        except SegmentError:  # what it asked for is no longer asked
            return Reason(None)
        words, asks = say(rule), any(conditions(rule))
        if self.own is None or self.facts is None:
            return Reason(words, asks)
        holds = matches(rule, self.facts, self.at)
        return Reason(words, asks, used(deciding(rule, self.facts, self.at), self.own) if holds else (), holds)


def member_of(delivery_id: int) -> Member | None:
    """Whose mail it is; None if it is not known any more, or they were erased."""
    return db.session.scalar(select(Member).join(Delivery).where(Delivery.id == delivery_id))


def why(delivery_id: int, member: Member, own: bool, now: datetime) -> Why:
    """What there is to say about one mail of this member's, in at most eight statements. `own`: it is they who ask."""
    rows = _mail(delivery_id)
    delivery, mailing = rows[0][:2]
    entries = read(member.id if own else NOBODY)
    asker = _Asker(
        Own(member, entries, changes.of_member(member.id)) if own else None,
        facts(member) if own else None,
        mailing.created_at,
    )
    with keeping(), knowing({Interest: _names(entries["interests"]), Place: _names(entries["places"])}):
        reason = asker.reason(mailing.rule) if mailing.rule else None
        parts = [Part(row.position, row.text, asker.reason(row.rule)) for row in _parts(rows)]
    sent_at = delivery.first_at or mailing.created_at
    consents = _consents(member.id, mailing.purpose)
    lately = [] if mailing.purpose in FREE else _lately(member.id, now)
    return Why(
        member=member,
        mailing=mailing,
        sent_at=sent_at,
        consent=_stood_upon(consents, sent_at),
        agrees=any(consent.withdrawn_at is None for consent in consents),
        reason=reason,
        parts=parts,
        spent=sum(row.taken_at is not None and row.taken_at > since(now) for row in lately),
        held=[_held(row) for row in lately if row.reason or row.held_from],
    )


def _mail(delivery_id: int) -> Sequence[_Sent]:
    """The delivery with its mailing, a row for each part."""
    rows = (
        select(Delivery, Mailing, Fragment.position, Fragment.text, Fragment.rule)
        .join(Mailing, Mailing.id == Delivery.mailing_id)
        .outerjoin(Fragment, Fragment.mailing_id == Mailing.id)
    )
    return db.session.execute(rows.where(Delivery.id == delivery_id).order_by(Fragment.position)).all()


def _parts(rows: Sequence[_Sent]) -> list[_Sent]:
    """The parts with a rule that they got, in their order."""
    by_position = {row.position: row for row in rows if row.rule}
    return [by_position[position] for position in rows[0][0].parts if position in by_position]


def _names(entries: Sequence[Entry]) -> dict[str, str]:
    return {entry.slug: entry.name for entry in entries}


def _consents(member_id: int, purpose: str) -> Sequence[Consent]:
    rows = select(Consent).filter_by(member_id=member_id, purpose=purpose).order_by(Consent.given_at, Consent.id)
    return db.session.scalars(rows).all()


def _stood_upon(consents: Sequence[Consent], at: datetime) -> Consent | None:
    """The last one that was given before that."""
    return next((consent for consent in reversed(consents) if consent.given_at <= at), None)


def _lately(member_id: int, now: datetime) -> Sequence[_Late]:
    """Their newest mail that counts, or did not come, or waits."""
    rows = (
        select(Mailing.purpose, Delivery.state, Delivery.reason, Delivery.not_before, Delivery.held_from, Slot.taken_at)
        .join(Mailing, Mailing.id == Delivery.mailing_id)
        .outerjoin(Slot, Slot.delivery_id == Delivery.id)
        .where(Delivery.member_id == member_id, Delivery.not_before > now - LATELY, Mailing.purpose.not_in(FREE))
    )
    return db.session.execute(rows.order_by(Delivery.not_before.desc(), Delivery.id.desc())).all()


def _held(row: _Late) -> Held:
    return Held(row.purpose, row.held_from or row.not_before, row.reason, row.not_before if row.held_from else None)
