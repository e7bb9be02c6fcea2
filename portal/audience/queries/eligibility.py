"""Who may be written to, for what, right now: one list of reasons, as SQL and as plain Python (P2, P4).

The first reason that holds is the answer. What a purpose is free from is said here and nowhere else; a purpose or a
suppression that this page does not know is free from nothing.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache

from sqlalchemy import ColumnElement, Select, and_, case, exists, false, func, literal, not_, or_, select
from sqlalchemy.orm import aliased

from portal.audience.models import Consent, Slot, Suppression
from portal.audience.queries.address import ELSEWHERE
from portal.audience.queries.hours import minute
from portal.audience.queries.rhythm import SKIP, is_paused, paused
from portal.db import db
from portal.mail.models import FREE, GOT, WAITING, Delivery, Mailing
from portal.members.models import Member
from portal.staff.models import Recruiter
from portal.staff.queries import active, house, is_live

ERASED = "erased"
"""There is no such member any more: comes before all others."""
LEFT = "left"
"""The recruiter whom a copy or an account mail was for has left: the only thing that stands against such mail."""
UNCONFIRMED = ("account",)
"""Purposes that may reach somebody who has not confirmed: the mail that asks them to."""
ON_RELATION = ("account", "applications")
"""Purposes that stand on a relation and need no consent (P2)."""
DESPITE = {"account": ("erased", "complained", "do_not_write"), "applications": ("erased", "complained")}
"""Suppressions that do not stop a purpose: a sign-in mail, for one, stops at a dead address only (E-31)."""
BUDGET_WINDOW = timedelta(days=30)
"""Counted back from the whole minute (`hours.minute`)."""
IN_TRIAL = ("account",)
"""Purposes that reach everybody before an admin has gone live."""
BEFORE_OTHERS = "job_alerts"
"""A slot that an open alert needs is not there for other purposes (P4)."""


@dataclass(frozen=True, slots=True)
class Letter:
    """What is to be sent, as expressions of the enclosing query. `own`: a delivery that is not counted against itself.
    `about`: what the mail says (`Mailing.about`), so that nobody gets the same twice, if it says so; `before`: only
    mailings with a lower id were earlier."""

    purpose: ColumnElement[str]
    own: ColumnElement[int] | None = None
    about: ColumnElement[str] | ColumnElement[str | None] | None = None
    before: ColumnElement[int] | None = None


@dataclass(frozen=True, slots=True)
class Reason:
    """Why not: over the `member` row of the enclosing query, and for one member (purpose, what it is about, now)."""

    name: str
    sql: Callable[[Letter, datetime], ColumnElement[bool]]
    holds: Callable[[Member, str, str | None, datetime], bool]


def since(now: datetime) -> datetime:
    """Slots that were taken after this are in use."""
    return minute(now) - BUDGET_WINDOW


def _suppressed(letter: Letter, now: datetime) -> ColumnElement[bool]:
    despite = or_(*(and_(letter.purpose == free, Suppression.reason.in_(why)) for free, why in DESPITE.items()))
    return exists().where(Suppression.member_id == Member.id, not_(despite)).correlate(Member, Mailing)


def _is_suppressed(member: Member, purpose: str, about: str | None, now: datetime) -> bool:
    reasons = db.session.scalars(select(Suppression.reason).filter_by(member_id=member.id))
    return any(reason not in DESPITE.get(purpose, ()) for reason in reasons)


def _no_consent(letter: Letter, now: datetime) -> ColumnElement[bool]:
    given = and_(Consent.purpose == letter.purpose, Consent.withdrawn_at.is_(None))
    live = exists().where(Consent.member_id == Member.id, given)
    return and_(letter.purpose.not_in(ON_RELATION), not_(live.correlate(Member, Mailing)))


def _has_no_consent(member: Member, purpose: str, about: str | None, now: datetime) -> bool:
    given = db.session.scalars(select(Consent).filter_by(member_id=member.id))
    return purpose not in ON_RELATION and not any(c.purpose == purpose and c.withdrawn_at is None for c in given)


def _already(letter: Letter, now: datetime) -> ColumnElement[bool]:
    """Begun at the mailings, of which there are none or few: so it costs next to nothing for each member."""
    if letter.about is None:
        return false()
    earlier, got = aliased(Mailing), aliased(Delivery)
    theirs = exists().where(got.mailing_id == earlier.id, got.member_id == Member.id, got.state.in_(GOT))
    found = exists().where(earlier.about == letter.about, theirs.correlate(earlier, Member))
    if letter.before is not None:
        found = found.where(earlier.id < letter.before)
    return found.correlate(Member, Mailing)


def _has_already(member: Member, purpose: str, about: str | None, now: datetime) -> bool:
    if about is None:
        return False
    rows = select(Delivery.state).join(Mailing, Mailing.id == Delivery.mailing_id).where(Mailing.about == about)
    return any(state in GOT for state in db.session.scalars(rows.where(Delivery.member_id == member.id)))


def _over_budget(letter: Letter, now: datetime) -> ColumnElement[bool]:
    used = select(func.count()).select_from(Slot).where(Slot.member_id == Member.id, Slot.taken_at > since(now))
    if letter.own is not None:
        used = used.where(Slot.delivery_id != letter.own)
    kept = case((letter.purpose == BEFORE_OTHERS, 0), else_=_kept(now))
    number = used.correlate(Member, Delivery).scalar_subquery() + kept
    return and_(letter.purpose.not_in(FREE), number >= Member.mails_per_month)


def _kept(now: datetime) -> ColumnElement[int]:
    """How many slots the open alerts of a member need. One that could not go anyway needs none."""
    alert, of, purpose = aliased(Delivery), aliased(Mailing), literal(BEFORE_OTHERS)
    could_go = not_(or_(_no_consent(Letter(purpose), now), paused(purpose, now, means=SKIP)))
    found = (
        select(func.count())
        .select_from(alert)
        .join(of, of.id == alert.mailing_id)
        .where(alert.member_id == Member.id, alert.state.in_(WAITING), of.purpose == BEFORE_OTHERS, could_go)
    )
    return found.correlate(Member).scalar_subquery()


def _is_over_budget(member: Member, purpose: str, about: str | None, now: datetime) -> bool:
    used = sum(at > since(now) for at in db.session.scalars(select(Slot.taken_at).filter_by(member_id=member.id)))
    return purpose not in FREE and used + _are_kept(member, purpose, now) >= member.mails_per_month


def _are_kept(member: Member, purpose: str, now: datetime) -> int:
    none = purpose == BEFORE_OTHERS or is_paused(member, BEFORE_OTHERS, now, means=SKIP)
    if none or _has_no_consent(member, BEFORE_OTHERS, None, now):
        return 0
    rows = select(Delivery.state, Mailing.purpose).join(Mailing, Mailing.id == Delivery.mailing_id)
    mine = db.session.execute(rows.where(Delivery.member_id == member.id))
    return sum(state in WAITING and of == BEFORE_OTHERS for state, of in mine)


def staff() -> Select[str]:
    """The addresses (their keys) of everybody at the desk: whom the trial reaches."""
    return select(Recruiter.address_key).where(active())


def trial() -> ColumnElement[bool]:
    """In a query: whether no admin has gone live yet."""
    return not_(func.coalesce(is_live(), false()))


def _in_trial(letter: Letter, now: datetime) -> ColumnElement[bool]:
    return and_(letter.purpose.not_in(IN_TRIAL), trial(), Member.address_key.not_in(staff()))


def _is_in_trial(member: Member, purpose: str, about: str | None, now: datetime) -> bool:
    if purpose in IN_TRIAL or house().live_at is not None:
        return False
    return member.address_key not in set(db.session.scalars(staff()))


REASONS = (
    Reason(
        "not_confirmed",
        lambda letter, now: and_(letter.purpose.not_in(UNCONFIRMED), Member.confirmed_at.is_(None)),
        lambda member, purpose, about, now: purpose not in UNCONFIRMED and member.confirmed_at is None,
    ),
    Reason("suppressed", _suppressed, _is_suppressed),
    Reason("no_consent", _no_consent, _has_no_consent),
    Reason("already", _already, _has_already),
    Reason(
        "paused",
        lambda letter, now: paused(letter.purpose, now, means=SKIP),
        lambda member, purpose, about, now: is_paused(member, purpose, now, means=SKIP),
    ),
    Reason("over_budget", _over_budget, _is_over_budget),
    Reason("trial", _in_trial, _is_in_trial),  # last: these are the ones who would get it once the house is live
)


def reason(letter: Letter, now: datetime) -> ColumnElement[str | None]:
    """Why this `member` of the enclosing query may not be written to for a purpose; NULL if they may."""
    held = [(each.sql(letter, now), each.name) for each in REASONS]
    return case((Member.id.is_(None), ERASED), *held)


def refusal(now: datetime) -> ColumnElement[str | None]:
    """Why a delivery of the enclosing query may not go now; NULL if it may. The delivery itself uses up no budget.

    Of a copy or an account mail for a recruiter only that they have left is asked.
    """
    return _refusal(minute(now))


@lru_cache(maxsize=8)
def _refusal(minute: datetime) -> ColumnElement[str | None]:
    # a mail about another address was asked for when that was known to be free of suppressions
    elsewhere = and_(Member.id.is_not(None), Mailing.kind.in_(ELSEWHERE))
    left = exists().where(Recruiter.id == Delivery.recruiter_id, Recruiter.ended_at.is_not(None)).correlate(Delivery)
    letter = Letter(Mailing.purpose.expression, Delivery.id.expression, Mailing.about.expression, Mailing.id.expression)
    to_staff = and_(Delivery.recruiter_id.is_not(None), not_(left))
    return (
        select(
            case(
                (to_staff, None),
                (Delivery.recruiter_id.is_not(None), LEFT),
                (elsewhere, None),
                else_=reason(letter, minute),
            )
        )
        .select_from(Mailing)
        .outerjoin(Member, Member.id == Delivery.member_id)
        .where(Mailing.id == Delivery.mailing_id)
        .correlate(Delivery)
        .scalar_subquery()
    )


def may_write(member: Member | None, purpose: str, now: datetime, about: str | None = None) -> str | None:
    """None if this member may be written to for a purpose (and about something) now, else the reason: the plain twin of
    `reason`."""
    if member is None:
        return ERASED
    return next((each.name for each in REASONS if each.holds(member, purpose, about, now)), None)
