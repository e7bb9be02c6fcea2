"""Whom a segment reaches: everybody it selects, each with the reason why not, or none (P6)."""

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select

from portal.audience.models import ANSWERS, Eligibility
from portal.audience.queries import rows
from portal.audience.queries.eligibility import REASONS
from portal.audience.queries.segments import Rule, segment_clause
from portal.config import settings
from portal.db import db
from portal.members.models import Member

OPTIONAL: dict[str, ColumnElement[str]] = {"name": Member.name.expression}
"""Merge fields that a member may have no value for."""
ALWAYS = ("preferences_url", "unsubscribe_url", "why_url", *(f"reply_{answer}_url" for answer in ANSWERS))
"""Merge fields that everybody who gets list mail has a value for."""


class Reach(dict[str | None, int]):
    """How many of those whom a rule selects may be written to (None), and how many not, by reason. `quiet`: how many of
    those who may would get it later, because of their hours or a pause."""

    quiet: int = 0


def recipients(rule: Rule, purpose: str, now: datetime, about: str | None = None) -> Select[int, str | None]:
    """A SELECT of (member_id, reason or NULL) over every confirmed member whom the rule selects. `about`: what the
    mail says, as `Mailing.about`, for those who got that already.

    `eligibility` is its only table, so columns that look at it can be added.
    """
    why_not = rows.reason(purpose, now, about).label("reason")
    return select(Eligibility.member_id, why_not).where(segment_clause(rule, now))


def reach(rule: Rule, purpose: str, now: datetime, about: str | None = None) -> Reach:
    """Whom a rule would reach now, in one pass over the rows."""
    # An OFFSET keeps each database from working the reason out again for every number that is counted with it.
    people = (
        recipients(rule, purpose, now, about).add_columns(rows.held(purpose, now).label("held")).offset(0).subquery()
    )
    why_not = people.c.reason
    named = [func.count().filter(why_not == reason.name) for reason in REASONS]
    free, waiting = func.count().filter(why_not.is_(None)), func.count().filter(why_not.is_(None), people.c.held)
    counted: Any = db.session.execute(select(waiting, free, *named)).one()
    names = [None, *(reason.name for reason in REASONS)]
    found = Reach({name: number for name, number in zip(names, counted[1:], strict=True) if number})
    found.quiet = counted[0]
    return found


def count(rule: Rule, now: datetime) -> int:
    """How many members a rule selects, whether or not they may be written to."""
    return db.session.scalars(select(func.count()).select_from(Eligibility).where(segment_clause(rule, now))).one()


def small(rule: Rule, now: datetime) -> int | None:
    """How many a rule selects if they are so few that each could be told apart (PORTAL_MIN_SEGMENT); else None."""
    few = select(Eligibility.member_id).where(segment_clause(rule, now)).limit(settings().min_segment).subquery()
    count = db.session.scalars(select(func.count()).select_from(few)).one()
    return count if 0 < count < settings().min_segment else None


def missing(rule: Rule, purpose: str, field: str, now: datetime) -> int:
    """How many of those who would be written to have no value for a merge field. Raises KeyError for an unknown one."""
    if field in ALWAYS:
        return 0
    people = recipients(rule, purpose, now).join(Member, Member.id == Eligibility.member_id)
    without = people.where(OPTIONAL[field] == "").subquery()
    return db.session.scalars(select(func.count()).where(without.c.reason.is_(None))).one()
