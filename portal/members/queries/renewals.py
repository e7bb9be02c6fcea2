"""Whose time is running out, and what has become of the two mails that asked them."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any, TypeAlias

from sqlalchemy import ColumnElement, Row, Select, and_, or_, select
from sqlalchemy.orm import aliased

from portal.db import db
from portal.mail.models import Delivery
from portal.members.models import Member, Renewal, RetentionRule
from portal.members.queries.retention import DEFAULT, FIRST, LAST, SPARE, months_later, rules, since

Person: TypeAlias = Row[int, str, str, datetime, datetime | None]
People: TypeAlias = "Select[int, str, str, datetime, datetime | None]"
"""id, language, time_zone, since (from when their months count), ended_at (of the last mail)."""
HOLDS = timedelta(days=60)
"""A question whose first mail went longer ago is asked anew from its beginning."""
APART = timedelta(days=7)
"""Between two tries at a mail that came to nothing."""
First, Last = aliased(Delivery), aliased(Delivery)


def first_wanted(rule: RetentionRule, now: datetime, most: int) -> list[Person]:
    """To whom the first mail is due."""
    settled = or_(Renewal.first_at.is_(None), Renewal.since.is_distinct_from(since(rule)))
    wanted = or_(settled, First.ended_at < now - HOLDS, _failed(First, Renewal.first_at, now))
    return _fetch(_people(rule, FIRST, now).where(wanted).limit(most), rule, FIRST, now)


def last_wanted(rule: RetentionRule, now: datetime, most: int) -> list[Person]:
    """To whom the last mail is due: so many days after the first really went."""
    asked = and_(Renewal.since == since(rule), _done(First), First.ended_at <= now - (FIRST - LAST))
    wanted = and_(asked, or_(Renewal.last_at.is_(None), _failed(Last, Renewal.last_at, now)))
    return _fetch(_people(rule, LAST, now).where(wanted).limit(most), rule, LAST, now)


def silent(rule: RetentionRule, now: datetime, most: int, only: Iterable[int] | None = None) -> list[Person]:
    """Who had both mails, and has done nothing since."""
    asked = and_(Renewal.since == since(rule), _done(First), _done(Last), Last.ended_at <= now - LAST - SPARE)
    people = _people(rule, timedelta(), now).where(asked)
    if only is not None:
        people = people.where(Member.id.in_(only))
    return _fetch(people.limit(most), rule, timedelta(), now)


def _people(rule: RetentionRule, ahead: timedelta, now: datetime) -> People:
    """Who lives where the rule holds, and whose months are over so soon; those that wait longest first."""
    begun = months_later(now + ahead, -rule.member_months) + timedelta(days=3)  # `_fetch` has the last word
    counted = since(rule)
    old = counted <= begun
    if rule.renewed_by == "contact":  # the same, in words for which the indexes are used
        never = and_(Member.contact_at.is_(None), Member.confirmed_at <= begun)
        old = or_(Member.contact_at <= begun, never)
    here = Member.lives_in == rule.country
    if rule.country == DEFAULT:
        here = or_(Member.lives_in.is_(None), Member.lives_in.not_in(rules().keys() - {DEFAULT}))
    people = (
        select(Member.id, Member.language, Member.time_zone, counted.label("since"), Last.ended_at)
        .outerjoin(Renewal, Renewal.member_id == Member.id)
        .outerjoin(First, First.id == Renewal.first_id)
        .outerjoin(Last, Last.id == Renewal.last_id)
        .where(Member.confirmed_at.is_not(None), old, here)
    )
    return people.order_by(counted, Member.id)


def _fetch(people: People, rule: RetentionRule, ahead: timedelta, now: datetime) -> list[Person]:
    """Those whose months are over exactly so soon: months differ in length, and databases count them differently."""
    rows = db.session.execute(people).all()
    return [row for row in rows if months_later(row.since, rule.member_months) - ahead <= now]


def _done(mail: Any) -> ColumnElement[bool]:
    """It went; or it cannot, as nothing arrives at that address."""
    went = mail.state.in_(("accepted", "complained", "bounced"))
    return or_(went, and_(mail.state == "skipped", mail.reason == "suppressed"))


def _failed(mail: Any, at: Any, now: datetime) -> ColumnElement[bool]:
    """It came to nothing a while ago, for a reason that may be ours."""
    skipped = and_(mail.state == "skipped", mail.reason != "suppressed")
    return and_(at < now - APART, or_(mail.id.is_(None), mail.state.in_(("failed", "unknown")), skipped))
