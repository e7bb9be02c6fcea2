"""Whom a mail would reach at a time, who would get it later, and who not, for which cause: numbers that a recruiter
understands, and the people behind each. What the sender finds when the mail is due is the same; a test compares them.

It is as of that time with what is known now: who changes something until then changes the numbers.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Select, case, exists, func, literal, select

from portal.audience.models import SUPPRESSIONS, Consent, Eligibility, Rhythm
from portal.audience.models.eligibility import SUPPRESSION_BITS
from portal.audience.queries import rows
from portal.audience.queries.eligibility import REASONS
from portal.audience.queries.hours import Hours, minute, span
from portal.audience.queries.segments import Rule, segment_clause
from portal.db import db
from portal.members.models import Member

TOOK_BACK, NEVER = "took_back", "never"
CAUSES = (
    "over_budget",
    "already",
    "paused",
    TOOK_BACK,
    NEVER,
    "bounced",
    "complained",
    "do_not_write",
    "erased",
    "trial",
)
"""Why not, in the order in which it is shown: the reasons of `eligibility`, some of them taken apart."""
REASON_OF = {TOOK_BACK: "no_consent", NEVER: "no_consent", **dict.fromkeys(SUPPRESSIONS, "suppressed")}
"""The reason that a delivery gets for a cause, where it is called otherwise."""
ALL, REACHED, NOW, LATER = "all", "reached", "now", "later"
PAGE = 50
SOON = date.min
"""Stands for the next day or this one."""


@dataclass(frozen=True, slots=True)
class Sending:
    """What would be sent: to whom a rule selects, for a purpose, at a time, about something (`Mailing.about`)."""

    rule: Rule
    purpose: str
    at: datetime
    about: str | None = None


@dataclass(frozen=True, slots=True)
class Later:
    """How many get it when mail may come to them: at `time` on their clock ("08:00"), on `day` if that is more than a
    day away."""

    time: str
    day: date | None
    number: int


@dataclass(frozen=True, slots=True)
class Share:
    """Of those whom a part is for: how many the rule selects, and how many of them it reaches."""

    selected: int
    reached: int


@dataclass(frozen=True, slots=True)
class Diff:
    """match = now + later + held, person by person. `held`: how many by cause, only causes that there are."""

    match: int
    now: int
    later: Sequence[Later] = ()
    held: Mapping[str, int] = field(default_factory=dict)
    parts: Sequence[Share] = ()

    @property
    def waiting(self) -> int:
        """How many get it later."""
        return sum(each.number for each in self.later)

    @property
    def reaches(self) -> int:
        """How many get it, now or later."""
        return self.now + self.waiting


def cause(sending: Sending) -> ColumnElement[str | None]:
    """Why the member of this row would not get it; NULL if they would, now or later."""
    tests = rows.tests(sending.purpose, sending.about, sending.at)
    return case(*((tests[each.name], _apart(each.name, sending.purpose)) for each in REASONS))


def _apart(reason: str, purpose: str) -> Any:
    if reason == "suppressed":
        # One that holds is enough; of several the one that they did not choose comes first.
        bits = [(Eligibility.suppressed.bitwise_and(SUPPRESSION_BITS[name]) != 0, name) for name in SUPPRESSIONS]
        return case(*bits)
    if reason == "no_consent":
        once = exists().where(Consent.member_id == Eligibility.member_id, Consent.purpose == purpose)
        return case((once.correlate(Eligibility), TOOK_BACK), else_=NEVER)
    return reason


def diff(sending: Sending, parts: Sequence[Rule] = (), *, when: bool = True) -> Diff:
    """All the numbers, in two statements. `parts`: rules of parts that only some get. Without `when`, in one: it is not
    asked who gets it later."""
    inside = [segment_clause(rule, sending.at).label(f"part_{n}") for n, rule in enumerate(parts)]
    chosen = _chosen(sending).add_columns(*inside)
    # Read twice, or with an OFFSET: so each database works the cause out once, not for every number counted with it.
    people = chosen.cte("people") if when else chosen.offset(0).subquery("people")
    why, share = people.c.cause, [people.c[column.name] for column in inside]
    numbers: list[Any] = [func.count(), func.count().filter(why.is_(None))]
    numbers += [func.count().filter(why == name) for name in CAUSES]
    numbers += [func.count().filter(column) for column in share]
    numbers += [func.count().filter(column, why.is_(None)) for column in share]
    every, closed = select(literal(0), *numbers).select_from(people), _closed(sending.at) if when else {}
    waits = select(people.c.rhythm_id, func.count(), *(literal(0) for _ in numbers[1:]))
    waits = waits.where(why.is_(None), people.c.rhythm_id.in_(list(closed))).group_by(people.c.rhythm_id)
    (_none, match, reached, *found), *others = db.session.execute(every.union_all(waits) if when else every).all()
    held = {name: n for name, n in zip(CAUSES, found, strict=False) if n}
    selected, got = found[len(CAUSES) : len(CAUSES) + len(share)], found[len(CAUSES) + len(share) :]
    later = _later({row[0]: row[1] for row in others}, closed, sending.at)
    shares = [Share(*each) for each in zip(selected, got, strict=True)]
    return Diff(match, reached - sum(each.number for each in later), later, held, shares)


def _chosen(sending: Sending) -> Select[*tuple[Any, ...]]:
    chosen = segment_clause(sending.rule, sending.at)
    return select(cause(sending).label("cause"), Eligibility.member_id, Eligibility.rhythm_id).where(chosen)


def _later(numbers: Mapping[int, int], closed: Mapping[int, datetime], at: datetime) -> list[Later]:
    """How many get it when their hours open, of the numbers for each row of hours."""
    found: dict[tuple[date, str], int] = {}
    for id, number in numbers.items():
        key = _when(closed[id], at)
        found[key] = found.get(key, 0) + number
    return [Later(time, None if day == SOON else day, number) for (day, time), number in sorted(found.items())]


def _when(opens: datetime, at: datetime) -> tuple[date, str]:
    return opens.date() if opens - at > timedelta(days=1) else SOON, f"{opens:%H:%M}"


def _closed(at: datetime) -> dict[int, datetime]:
    """The hours that `at` is not within, by the id of their row, and when they open next on their own clock."""
    moment, found = minute(at), {}
    for row in db.session.scalars(select(Rhythm)):
        hours = Hours(row.time_zone, row.mail_opens, row.mail_closes, row.weekdays)
        if not hours.include(moment):
            found[row.id] = span(hours, moment).opens_at.astimezone(ZoneInfo(row.time_zone))
    return found


def people(sending: Sending, which: str, page: int = 0) -> list[tuple[int, str]]:
    """The people behind a number, PAGE at a time: id and name. `which`: a cause, or ALL, REACHED, NOW, LATER."""
    chosen = _chosen(sending).offset(0).subquery()
    found = select(Member.id, Member.name).join(chosen, chosen.c.member_id == Member.id)
    if which in CAUSES:
        found = found.where(chosen.c.cause == which)
    elif which != ALL:
        found = found.where(chosen.c.cause.is_(None))
    if which in {NOW, LATER}:
        waits = func.coalesce(chosen.c.rhythm_id.in_(list(_closed(sending.at))), False)
        found = found.where(waits if which == LATER else ~waits)
    ordered = found.order_by(Member.id).offset(page * PAGE).limit(PAGE)
    return [(id, name) for id, name in db.session.execute(ordered)]
