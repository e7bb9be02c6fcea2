"""Who might be written to this week, and why: of a million members at most some hundreds are looked at.

Only who may be written to now and has not paused, has had no letter for 60 days and was not suggested for four weeks;
and only with an occasion: they asked for more, something new is written on what interests them, or a year is round.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, or_, select

from portal.audience.models import Eligibility, Reply
from portal.audience.queries import rows
from portal.audience.queries.masks import interested
from portal.db import db
from portal.followups.models import Letter, Note, Suggestion
from portal.followups.queries.standing import PURPOSE
from portal.insights.queries import newest
from portal.members.models import Member

QUIET, AGAIN, LONG_AGO = timedelta(days=60), timedelta(days=28), timedelta(days=180)
"""After a letter nobody is suggested for so long; after a suggestion; and a last letter that is older is a reason."""
NEW, INSIGHTS, EACH, YEARS = timedelta(days=30), 4, 100, 15
"""An article is new for so long; so many articles and, of each occasion, so many people are looked at."""
WORTH = {"reply": 100, "insight": 10, "years": 6, "written": 4}


@dataclass(slots=True)
class Candidate:
    """A member with reasons by name, as `Suggestion.why` keeps them, and which recruiters have had to do with them."""

    member_id: int
    why: dict[str, Any] = field(default_factory=dict)
    known_to: set[int] = field(default_factory=set)

    def order(self, week: date) -> tuple[int, bytes]:
        """The best first; among equals others each week, the same whenever it is asked."""
        worth = sum(WORTH.get(reason, 0) for reason in self.why)
        return -worth, sha256(f"{week}:{self.member_id}".encode()).digest()


def candidates(week: date, now: datetime) -> list[Candidate]:
    """All that were found, the best first. About a dozen statements."""
    found: dict[int, Candidate] = {}
    for member_id, reason, value in _occasions(week, now):
        found.setdefault(member_id, Candidate(member_id)).why.setdefault(reason, value)
    _histories(found, now)
    return sorted(found.values(), key=lambda each: each.order(week))


def _occasions(week: date, now: datetime) -> Iterator[tuple[int, str, Any]]:
    for member_id, at in db.session.execute(_asked(week, now)):
        yield member_id, "reply", at.date().isoformat()
    for insight, slugs in newest(now.date(), INSIGHTS):
        if insight.published > (now - NEW).date() and slugs:
            for member_id in _some(_may(week, now).where(interested(slugs)), week):
                yield member_id, "insight", insight.slug
    for member_id, joined in db.session.execute(_round(week, now)):
        yield member_id, "years", round((week - joined.date()).days / 365.25)


def _may(week: date, now: datetime) -> Select[int]:
    """Who may be suggested at all."""
    written = select(Letter.member_id).where(Letter.sent_at > now - QUIET)
    suggested = select(Suggestion.member_id).where(Suggestion.week > week - AGAIN)
    paused = and_(Eligibility.paused_until.is_not(None), Eligibility.paused_until > now)
    return select(Eligibility.member_id).where(
        rows.reason(PURPOSE, now).is_(None),
        ~paused,
        Eligibility.member_id.not_in(written),
        Eligibility.member_id.not_in(suggested),
    )


def _asked(week: date, now: datetime) -> "Select[*tuple[Any, ...]]":
    waits = (Reply.answer == "more", Reply.handled_at.is_(None), Reply.at > now - QUIET)
    people = _may(week, now).join(Reply, Reply.member_id == Eligibility.member_id).where(*waits)
    return (
        people.with_only_columns(Eligibility.member_id, func.max(Reply.at)).group_by(Eligibility.member_id).limit(EACH)
    )


def _some(people: Select[int], week: date) -> list[int]:
    """Some of many: each week from another place on, so that it is not always those who came first."""
    last = db.session.scalar(select(func.max(Eligibility.member_id))) or 0
    begin = int.from_bytes(sha256(str(week).encode()).digest()[:4]) % (last + 1)
    found: list[int] = []
    for side in (Eligibility.member_id >= begin, Eligibility.member_id < begin):
        if len(found) < EACH:
            part = people.where(side).order_by(Eligibility.member_id).limit(EACH - len(found))
            found += db.session.scalars(part)
    return found


def _round(week: date, now: datetime) -> "Select[*tuple[Any, ...]]":
    """Who joined in this week of an earlier year."""
    spans = [_span(week, years) for years in range(1, YEARS + 1)]
    people = _may(week, now).join(Member, Member.id == Eligibility.member_id).where(or_(*spans))
    return (
        people.with_only_columns(Eligibility.member_id, Member.confirmed_at).order_by(Member.confirmed_at).limit(EACH)
    )


def _span(week: date, years: int) -> ColumnElement[bool]:
    day = week.replace(year=week.year - years, day=min(week.day, 28))
    begin = datetime(day.year, day.month, day.day, tzinfo=UTC)
    return and_(Member.confirmed_at >= begin, Member.confirmed_at < begin + timedelta(days=7))


def _histories(found: dict[int, Candidate], now: datetime) -> None:
    """Add when each was last written to, and by whom, and who noted something."""
    ids: Sequence[int] = list(found)
    letters = select(Letter.member_id, Letter.recruiter_id, Letter.sent_at)
    letters = letters.where(Letter.member_id.in_(ids), Letter.sent_at.is_not(None))
    last: dict[int, datetime] = {}
    for member_id, recruiter_id, at in db.session.execute(letters.order_by(Letter.sent_at)):
        found[member_id].known_to.add(recruiter_id)
        last[member_id] = at or now
    for member_id, recruiter_id in db.session.execute(
        select(Note.member_id, Note.recruiter_id).where(Note.member_id.in_(ids)).distinct()
    ):
        found[member_id].known_to.add(recruiter_id)
    for each in found.values():
        if each.member_id not in last:
            each.why["never"] = True
        elif last[each.member_id] < now - LONG_AGO:
            each.why["written"] = last[each.member_id].date().isoformat()
