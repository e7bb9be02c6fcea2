"""Every message to a member, in words: what, when, why they were chosen, what became of it, what they answered."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any, TypeAlias

from sqlalchemy import Row, select

from portal.audience.models import Reply, Slot
from portal.audience.queries import answered
from portal.audience.queries.eligibility import BUDGET_WINDOW
from portal.audience.queries.segments import SegmentError, parse, say
from portal.audience.queries.words import PURPOSE_WORDS
from portal.db import db
from portal.languages import gettext as _
from portal.languages import lazy_gettext as _l
from portal.languages import moment
from portal.mail.encoding import FIELD
from portal.mail.models import Delivery, Mailing
from portal.members.models import Member
from portal.members.queries.held import Data, Entry, Section
from portal.members.queries.own import iso

PURPOSES = {"account": _l("Account"), "applications": _l("Your applications"), **PURPOSE_WORDS}
STATES = {
    "queued": _l("Waits to be sent."),
    "sending": _l("On its way."),
    "accepted": _l("Handed to the mail server."),
    "deferred": _l("The mail server asked us to come again later."),
    "bounced": _l("It came back."),
    "complained": _l("It was reported as unwanted."),
    "failed": _l("The mail server did not take it."),
    "unknown": _l("We can't tell whether this arrived."),
}
REASONS = {
    "not_confirmed": _l("Not sent: you had not confirmed your address."),
    "suppressed": _l("Not sent: we write nothing to your address."),
    "no_consent": _l("Not sent: you had not agreed to it, or had taken that back."),
    "over_budget": _l("Not sent: you had got as many mails in 30 days as you set."),
    "paused": _l("Not sent: you had paused mail."),
    "cancelled": _l("Not sent: it was called off."),
    "already": _l("Not sent: you had got it, or were to get it, in another mail."),
    "trial": _l("Not sent: we were still trying things out among ourselves."),
    "nothing_new": _l("Not sent: nothing in it was right for you any more."),
    "erased": _l("Not sent: you had been erased."),
}
Sent: TypeAlias = "Row[Delivery, Mailing, datetime, Reply]"


def of_member(member_id: int) -> Sequence[Sent]:
    """Every delivery with its mailing, since when it counts towards the budget, and the answer to it; the newest
    first."""
    rows = select(Delivery, Mailing, Slot.taken_at, Reply).join(Mailing, Mailing.id == Delivery.mailing_id)
    more = rows.outerjoin(Slot, Slot.delivery_id == Delivery.id).outerjoin(Reply, Reply.delivery_id == Delivery.id)
    return db.session.execute(more.where(Delivery.member_id == member_id).order_by(Delivery.id.desc())).all()


def export(member: Member) -> list[Section]:
    """The messages, the segments that selected somebody, and what they answered."""
    found = of_member(member.id)
    replies = [(row.Reply, subject(row.Mailing, member)) for row in found if row.Reply]
    return [_messages(member, found), _segments(member, found), answered.export(replies, member.time_zone)]


def subject(mailing: Mailing, member: Member) -> str:
    """As they got it."""
    return FIELD.sub(lambda field: (member.name if field[1] == "name" else "") or field[2] or "", mailing.subject)


def path(delivery: Delivery) -> str:
    """The message's file in the archive."""
    return f"mails/{delivery.first_at:%Y-%m-%d}-{delivery.id}.eml"


def _messages(member: Member, found: Sequence[Sent]) -> Section:
    entries = [Entry(subject(row.Mailing, member), list(_said(row, member.time_zone))) for row in found]
    data: Data = [_plain(row, member) for row in found]
    about = _("Every message to you, with what became of it. What it counts is how many mails you get in 30 days.")
    return Section("messages", _("What we sent you"), about, entries, data)


def _said(row: Sent, zone: str) -> Iterator[str]:
    delivery, mailing = row.Delivery, row.Mailing
    at = delivery.first_at or delivery.ended_at or delivery.not_before
    yield f"{PURPOSES[mailing.purpose]}, {moment(at, zone)}"
    yield str(REASONS.get(delivery.reason, _l("Not sent."))) if delivery.reason else str(STATES[delivery.state])
    yield chosen_by(mailing)
    if row.taken_at:
        until = moment(row.taken_at + BUDGET_WINDOW, zone)
        yield _("Counts towards the number you set until %(when)s.", when=until)


def chosen_by(mailing: Mailing) -> str:
    """Why one was chosen, as a sentence."""
    rule = in_words(mailing.rule)
    return _("It was for: %(rule)s", rule=rule) if rule else _("It answered something that was done here.")


def in_words(rule: dict[str, Any] | None) -> str:
    """A stored rule as a sentence; empty if there is none. One that this version cannot read is said as it is."""
    try:
        return say(parse(rule)) if rule else ""
    except SegmentError:
        return str(rule)


def _plain(row: Sent, member: Member) -> dict[str, Data]:
    delivery, mailing = row.Delivery, row.Mailing
    return {
        "delivery": delivery.id,
        "kind": mailing.kind,
        "purpose": mailing.purpose,
        "subject": subject(mailing, member),
        "from": mailing.from_address,
        "segment": mailing.segment,
        "rule": mailing.rule,
        "not_before": iso(delivery.not_before),
        "first_at": iso(delivery.first_at),
        "ended_at": iso(delivery.ended_at),
        "state": delivery.state,
        "reason": delivery.reason,
        "attempts": delivery.attempts,
        "reply": delivery.reply,
        "counts_since": iso(row.taken_at),
        "file": path(delivery) if delivery.first_at else None,
    }


def _segments(member: Member, found: Sequence[Sent]) -> Section:
    """Each rule once, with how often it chose them."""
    rules: dict[tuple[str, str], list[Mailing]] = {}
    for row in found:
        if row.Mailing.segment:
            rules.setdefault((row.Mailing.segment, in_words(row.Mailing.rule)), []).append(row.Mailing)
    entries = [Entry(words, [_times(mailings, member)]) for (_slug, words), mailings in rules.items()]
    data: Data = [
        {"segment": slug, "rule": mailings[0].rule, "words": words, "messages": len(mailings)}
        for (slug, words), mailings in rules.items()
    ]
    about = _("The rules by which what you got was sent to you and others.")
    return Section("segments", _("Which rules chose you"), about, entries, data)


def _times(mailings: Sequence[Mailing], member: Member) -> str:
    last = subject(mailings[0], member)
    return _("Messages: %(count)s. The last one: “%(subject)s”.", count=len(mailings), subject=last)
