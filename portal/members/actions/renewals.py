"""Asking whether somebody may still be kept, by two mails, and erasing who said nothing (docs/decisions/0008).

All of it may run twice, late, or after a jump of the clock: each step asks the rows what has happened, and the days
between two steps are counted from when a mail really went.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import literal, or_, select, update

from portal.db import changed, db, insert_into
from portal.languages import speaking
from portal.mail import outbox
from portal.mail.models import Delivery, Mailing
from portal.members import emails
from portal.members.actions import erase
from portal.members.models import Member, Renewal, RetentionRule, RetentionWatch
from portal.members.queries import renewals as queries
from portal.members.queries.renewals import Person
from portal.members.queries.retention import FIRST, LAST, Keeping, months_later, rule, rules

EVERY = timedelta(hours=1)
GAP = timedelta(hours=6)
"""After longer than that without a look (an outage, a restored backup, a clock that jumped), what was said in between
may be lost: whose last mail went before it is asked once more."""
ASKED_AT_ONCE, ERASED_AT_ONCE = 1000, 100
"""In one look. A mistake in a rule then leaves time to be noticed, and others' mail its turn."""


def look(now: datetime) -> datetime | None:
    """Since when it has been looked without a gap; None if that was done within the hour, also by another worker."""
    watch = db.session.get(RetentionWatch, 1)
    if watch is None:
        first = insert_into(RetentionWatch).values(id=1, looked_at=now, since=now).on_conflict_do_nothing()
        return now if changed(first) else None
    before, since = watch.looked_at, watch.since
    if timedelta() <= now - before < EVERY:
        return None
    unbroken = since if EVERY <= now - before < GAP else now
    mine = update(RetentionWatch).where(RetentionWatch.looked_at == before).values(looked_at=now, since=unbroken)
    return unbroken if changed(mine.execution_options(synchronize_session=False)) else None


def ask(now: datetime) -> int:
    """Queue the mails that are due, the first and the last. Returns how many."""
    count = 0
    for each in rules().values():
        count += _ask(each, "first", FIRST, queries.first_wanted(each, now, ASKED_AT_ONCE), now)
        count += _ask(each, "last", LAST, queries.last_wanted(each, now, ASKED_AT_ONCE), now)
    return count


def _ask(of: RetentionRule, which: str, ahead: timedelta, people: Sequence[Person], now: datetime) -> int:
    """Queue one of the mails, as one mailing for all who read the same in it."""
    groups: dict[tuple[str, date], list[int]] = defaultdict(list)
    for person in people:
        if _claim_first(person, now) if which == "first" else _claim_last(person, now):
            until = Keeping(of, max(months_later(person.since, of.member_months), now + ahead), asked=True)
            groups[person.language, until.day(person.time_zone)].append(person.id)
    for (language, day), ids in groups.items():
        with speaking(language):
            words = emails.renewal(f"renewal_{which}", day, of.renewed_by)
        _queue(outbox.freeze(words, now), ids, f"{which}_id", now)
    return sum(map(len, groups.values()))


def _claim_first(person: Person, now: datetime) -> bool:
    """Write down that somebody is asked now. Of two workers at once the key lets one through."""
    asked: dict[str, Any] = {"since": person.since, "first_at": now, "first_id": None, "last_at": None, "last_id": None}
    new = insert_into(Renewal).values(member_id=person.id, **asked)
    open_ = or_(Renewal.first_at.is_(None), Renewal.first_at < now - EVERY)
    return changed(new.on_conflict_do_update(index_elements=["member_id"], set_=asked, where=open_)) == 1


def _claim_last(person: Person, now: datetime) -> bool:
    open_ = or_(Renewal.last_at.is_(None), Renewal.last_at < now - EVERY)
    mine = update(Renewal).where(Renewal.member_id == person.id, Renewal.since == person.since, open_)
    return changed(mine.values(last_at=now, last_id=None).execution_options(synchronize_session=False)) == 1


def _queue(mailing: Mailing, ids: list[int], column: str, now: datetime) -> None:
    whole = (1 << len(mailing.fragments)) - 1
    chosen = select(literal(mailing.id), Member.id, literal(whole)).where(Member.id.in_(ids))
    outbox.queue_all([mailing], chosen, now, now)
    theirs = select(Delivery.id).where(Delivery.mailing_id == mailing.id, Delivery.member_id == Renewal.member_id)
    noted = update(Renewal).where(Renewal.member_id.in_(ids)).values({column: theirs.scalar_subquery()})
    db.session.execute(noted.execution_options(synchronize_session=False))


def silent(now: datetime, watched: datetime) -> Iterator[int]:
    """Ids of who had both mails and said nothing, at most `ERASED_AT_ONCE`. Who had the last one before `watched` is
    asked once more."""
    found = [person for each in rules().values() for person in queries.silent(each, now, ERASED_AT_ONCE)]
    for person in found[:ERASED_AT_ONCE]:
        if person.ended_at and person.ended_at >= watched:
            yield person.id
        else:
            again = update(Renewal).filter_by(member_id=person.id).values(last_at=None, last_id=None)
            db.session.execute(again.execution_options(synchronize_session=False))


def end(member_id: int, now: datetime) -> bool:
    """Erase one of them, unless they did something in the meantime. The caller commits, then calls `db.scrub`."""
    member = db.session.get(Member, member_id, populate_existing=True) if erase.hold(member_id) else None
    of = rule(member.lives_in) if member else None
    if member is None or of is None or not queries.silent(of, now, 1, [member_id]):
        return False
    return erase.erase(member, "retention", now)
