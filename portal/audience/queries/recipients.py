"""Whom a segment reaches: everybody it selects, each with the reason why not, or none (P6)."""

from datetime import datetime

from sqlalchemy import ColumnElement, Select, func, literal, select

from portal.audience.queries.eligibility import reason
from portal.audience.queries.segments import Rule, segment_clause
from portal.db import db
from portal.members.models import Member

OPTIONAL: dict[str, ColumnElement[str]] = {"name": Member.name.expression}
"""Merge fields that a member may have no value for."""
ALWAYS = ("preferences_url", "unsubscribe_url", "why_url")
"""Merge fields that everybody who gets list mail has a value for."""


def recipients(rule: Rule, purpose: str, now: datetime) -> Select[int, str | None]:
    """A SELECT of (member_id, reason or NULL) over every confirmed member whom the rule selects.

    `member` is its only table, so columns that look at a member can be added to it.
    """
    selected = Member.confirmed_at.is_not(None), segment_clause(rule, now)
    why_not = reason(literal(purpose), now).label("reason")
    return select(Member.id.label("member_id"), why_not).where(*selected)


def reach(rule: Rule, purpose: str, now: datetime) -> dict[str | None, int]:
    """How many of those whom a rule selects may be written to (None), and how many not, by reason."""
    people = recipients(rule, purpose, now).subquery()
    rows = select(people.c.reason, func.count()).group_by(people.c.reason)
    return dict(db.session.execute(rows).all())


def missing(rule: Rule, purpose: str, field: str, now: datetime) -> int:
    """How many of those who would be written to have no value for a merge field. Raises KeyError for an unknown one."""
    if field in ALWAYS:
        return 0
    people = recipients(rule, purpose, now).where(OPTIONAL[field] == "").subquery()
    return db.session.scalars(select(func.count()).where(people.c.reason.is_(None))).one()
