"""Who may be written to, and who would be held, asked of the derived rows: for counting a million at once.

The same reasons in the same order as `eligibility` asks of the truth; a test compares the two.
"""

from datetime import datetime

from sqlalchemy import ColumnElement, and_, case, false, literal, or_, select

from portal.audience.models import SUPPRESSIONS, Eligibility, Rhythm
from portal.audience.models.eligibility import CONSENT_BITS, SUPPRESSION_BITS
from portal.audience.queries.eligibility import (
    BEFORE_OTHERS,
    DESPITE,
    IN_TRIAL,
    ON_RELATION,
    REASONS,
    Letter,
    since,
    staff,
    trial,
)
from portal.audience.queries.hours import minute
from portal.audience.queries.rhythm import PAUSE, SKIP, WAIT
from portal.mail.models import FREE, GOT, OPEN, Delivery, Mailing
from portal.members.models import Member


def _suppressed(purpose: str, now: datetime) -> ColumnElement[bool]:
    stopping = sum(SUPPRESSION_BITS[reason] for reason in SUPPRESSIONS if reason not in DESPITE.get(purpose, ()))
    return Eligibility.suppressed.bitwise_and(stopping) != 0


def _no_consent(purpose: str, now: datetime) -> ColumnElement[bool]:
    if purpose in ON_RELATION:
        return false()
    return Eligibility.consents.bitwise_and(CONSENT_BITS.get(purpose, 0)) == 0


def _paused(purpose: str, now: datetime, means: str = SKIP) -> ColumnElement[bool]:
    if PAUSE.get(purpose) != means:
        return false()
    return and_(Eligibility.paused_until.is_not(None), Eligibility.paused_until > minute(now))


def _over_budget(purpose: str, now: datetime) -> ColumnElement[bool]:
    if purpose in FREE:
        return false()
    spent = and_(Eligibility.spent_at.is_not(None), Eligibility.spent_at > since(now))
    return spent if purpose == BEFORE_OTHERS else or_(spent, _kept(purpose, now))


def _kept(purpose: str, now: datetime) -> ColumnElement[bool]:
    """Whether the rest of the budget is kept for alerts that wait: asked of the truth, for the few who have some."""
    alerts = select(Mailing.id).where(Mailing.purpose == BEFORE_OTHERS)  # not a join: open deliveries may be a million
    waiting = select(Delivery.member_id).where(OPEN, Delivery.mailing_id.in_(alerts))
    [over] = (reason for reason in REASONS if reason.name == "over_budget")
    # A list, not an EXISTS for each: PostgreSQL would think that so costly that it compiles the query first (80 ms).
    few = select(Member.id).where(Member.id.in_(waiting), over.sql(Letter(literal(purpose)), now))
    return Eligibility.member_id.in_(few.correlate(None))


def _already(about: str | None) -> ColumnElement[bool]:
    """A list, as of alerts: whoever has a mail about the same in one of the few mailings that there are of it. A join,
    as SQLite would read every delivery for a list in a list, also where there is no such mailing yet."""
    if about is None:
        return false()
    got = select(Delivery.member_id).join(Mailing, Mailing.id == Delivery.mailing_id).where(Mailing.about == about)
    got = got.where(Delivery.state.in_(GOT), Delivery.member_id.is_not(None))
    return Eligibility.member_id.in_(got.correlate(None))


def _in_trial(purpose: str) -> ColumnElement[bool]:
    if purpose in IN_TRIAL:
        return false()
    ours = select(Member.id).where(Member.address_key.in_(staff()))
    return and_(trial(), Eligibility.member_id.not_in(ours.correlate(None)))


def tests(purpose: str, about: str | None, now: datetime) -> dict[str, ColumnElement[bool]]:
    """Each reason by name, over this row."""
    return {
        "not_confirmed": false(),  # has no row
        "suppressed": _suppressed(purpose, now),
        "no_consent": _no_consent(purpose, now),
        "already": _already(about),
        "paused": _paused(purpose, now),
        "over_budget": _over_budget(purpose, now),
        "trial": _in_trial(purpose),
    }


def reason(purpose: str, now: datetime, about: str | None = None) -> ColumnElement[str | None]:
    """Why the member of this row may not be written to for a purpose, and about something; NULL if they may."""
    found = tests(purpose, about, now)
    return case(*((found[each.name], each.name) for each in REASONS))


def held(purpose: str, now: datetime) -> ColumnElement[bool]:
    """Whether a mail of this purpose would wait, by their hours or a pause that it outlasts."""
    if purpose in FREE:
        return false()
    at = minute(now)
    opened = select(Rhythm.id).where(Rhythm.opens_at <= at, Rhythm.closes_at > at)
    closed = and_(Eligibility.rhythm_id.is_not(None), Eligibility.rhythm_id.not_in(opened))
    return or_(closed, _paused(purpose, now, WAIT))
