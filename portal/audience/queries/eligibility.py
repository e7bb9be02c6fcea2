"""Who may be written to, for what, right now: one list of reasons, as SQL and as plain Python (P2, P4).

The first reason that holds is the answer. What a purpose is free from is said here and nowhere else; a purpose or a
suppression that this page does not know is free from nothing.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import TypeAlias

from sqlalchemy import ColumnElement, and_, case, exists, func, literal, not_, or_, select
from sqlalchemy.orm import aliased

from portal.audience.models import Consent, Slot, Suppression
from portal.audience.queries.address import ELSEWHERE
from portal.audience.queries.hours import minute
from portal.audience.queries.rhythm import SKIP, is_paused, paused
from portal.db import db
from portal.mail.models import FREE, WAITING, Delivery, Mailing
from portal.members.models import Member

ERASED = "erased"
"""There is no such member any more: comes before all others."""
UNCONFIRMED = ("account",)
"""Purposes that may reach somebody who has not confirmed: the mail that asks them to."""
ON_RELATION = ("account", "applications")
"""Purposes that stand on a relation and need no consent (P2)."""
DESPITE = {"account": ("erased", "complained", "do_not_write"), "applications": ("erased", "complained")}
"""Suppressions that do not stop a purpose: a sign-in mail, for one, stops at a dead address only (E-31)."""
BUDGET_WINDOW = timedelta(days=30)
"""Counted back from the whole minute (`hours.minute`)."""
BEFORE_OTHERS = "job_alerts"
"""A slot that an open alert needs is not there for other purposes (P4)."""

Purpose: TypeAlias = ColumnElement[str]
Own: TypeAlias = ColumnElement[int] | None


@dataclass(frozen=True, slots=True)
class Reason:
    """Why not: over the `member` row of the enclosing query, and for one member. `own` is a delivery not to count."""

    name: str
    sql: Callable[[Purpose, datetime, Own], ColumnElement[bool]]
    holds: Callable[[Member, str, datetime], bool]


def since(now: datetime) -> datetime:
    """Slots that were taken after this are in use."""
    return minute(now) - BUDGET_WINDOW


def _suppressed(purpose: Purpose, now: datetime, own: Own) -> ColumnElement[bool]:
    despite = or_(*(and_(purpose == free, Suppression.reason.in_(reasons)) for free, reasons in DESPITE.items()))
    return exists().where(Suppression.member_id == Member.id, not_(despite)).correlate(Member, Mailing)


def _is_suppressed(member: Member, purpose: str, now: datetime) -> bool:
    reasons = db.session.scalars(select(Suppression.reason).filter_by(member_id=member.id))
    return any(reason not in DESPITE.get(purpose, ()) for reason in reasons)


def _no_consent(purpose: Purpose, now: datetime, own: Own) -> ColumnElement[bool]:
    live = exists().where(Consent.member_id == Member.id, Consent.purpose == purpose, Consent.withdrawn_at.is_(None))
    return and_(purpose.not_in(ON_RELATION), not_(live.correlate(Member, Mailing)))


def _has_no_consent(member: Member, purpose: str, now: datetime) -> bool:
    given = db.session.scalars(select(Consent).filter_by(member_id=member.id))
    return purpose not in ON_RELATION and not any(c.purpose == purpose and c.withdrawn_at is None for c in given)


def _over_budget(purpose: Purpose, now: datetime, own: Own) -> ColumnElement[bool]:
    used = select(func.count()).select_from(Slot).where(Slot.member_id == Member.id, Slot.taken_at > since(now))
    if own is not None:
        used = used.where(Slot.delivery_id != own)
    kept = case((purpose == BEFORE_OTHERS, 0), else_=_kept(now))
    number = used.correlate(Member, Delivery).scalar_subquery() + kept
    return and_(purpose.not_in(FREE), number >= Member.mails_per_month)


def _kept(now: datetime) -> ColumnElement[int]:
    """How many slots the open alerts of a member need. One that could not go anyway needs none."""
    alert, of, purpose = aliased(Delivery), aliased(Mailing), literal(BEFORE_OTHERS)
    could_go = not_(or_(_no_consent(purpose, now, None), paused(purpose, now, means=SKIP)))
    found = (
        select(func.count())
        .select_from(alert)
        .join(of, of.id == alert.mailing_id)
        .where(alert.member_id == Member.id, alert.state.in_(WAITING), of.purpose == BEFORE_OTHERS, could_go)
    )
    return found.correlate(Member).scalar_subquery()


def _is_over_budget(member: Member, purpose: str, now: datetime) -> bool:
    used = sum(at > since(now) for at in db.session.scalars(select(Slot.taken_at).filter_by(member_id=member.id)))
    return purpose not in FREE and used + _are_kept(member, purpose, now) >= member.mails_per_month


def _are_kept(member: Member, purpose: str, now: datetime) -> int:
    none = purpose == BEFORE_OTHERS or is_paused(member, BEFORE_OTHERS, now, means=SKIP)
    if none or _has_no_consent(member, BEFORE_OTHERS, now):
        return 0
    rows = select(Delivery.state, Mailing.purpose).join(Mailing, Mailing.id == Delivery.mailing_id)
    mine = db.session.execute(rows.where(Delivery.member_id == member.id))
    return sum(state in WAITING and of == BEFORE_OTHERS for state, of in mine)


REASONS = (
    Reason(
        "not_confirmed",
        lambda purpose, now, own: and_(purpose.not_in(UNCONFIRMED), Member.confirmed_at.is_(None)),
        lambda member, purpose, now: purpose not in UNCONFIRMED and member.confirmed_at is None,
    ),
    Reason("suppressed", _suppressed, _is_suppressed),
    Reason("no_consent", _no_consent, _has_no_consent),
    Reason(
        "paused",
        lambda purpose, now, own: paused(purpose, now, means=SKIP),
        lambda member, purpose, now: is_paused(member, purpose, now, means=SKIP),
    ),
    Reason("over_budget", _over_budget, _is_over_budget),
)


def reason(purpose: Purpose, now: datetime, own: Own = None) -> ColumnElement[str | None]:
    """Why this `member` of the enclosing query may not be written to for a purpose; NULL if they may."""
    held = [(each.sql(purpose, now, own), each.name) for each in REASONS]
    return case((Member.id.is_(None), ERASED), *held)


def refusal(now: datetime) -> ColumnElement[str | None]:
    """Why a delivery of the enclosing query may not go now; NULL if it may. The delivery itself uses up no budget."""
    return _refusal(minute(now))


@lru_cache(maxsize=8)
def _refusal(minute: datetime) -> ColumnElement[str | None]:
    # a mail about another address was asked for when that was known to be free of suppressions
    elsewhere = and_(Member.id.is_not(None), Mailing.kind.in_(ELSEWHERE))
    return (
        select(case((elsewhere, None), else_=reason(Mailing.purpose.expression, minute, own=Delivery.id.expression)))
        .select_from(Mailing)
        .outerjoin(Member, Member.id == Delivery.member_id)
        .where(Mailing.id == Delivery.mailing_id)
        .correlate(Delivery)
        .scalar_subquery()
    )


def may_write(member: Member | None, purpose: str, now: datetime) -> str | None:
    """None if this member may be written to for a purpose now, else the reason: the plain twin of `reason`."""
    if member is None:
        return ERASED
    return next((each.name for each in REASONS if each.holds(member, purpose, now)), None)
