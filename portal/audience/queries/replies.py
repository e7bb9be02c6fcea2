"""What members answered by the buttons in a mail: how many said what, what waits for somebody at the desk."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, TypeAlias

from flask import current_app
from sqlalchemy import ColumnElement, Select, and_, false, func, or_, select, true

from portal.audience.models import Reply
from portal.config import settings
from portal.db import db
from portal.languages import lazy_gettext as _l
from portal.mail.encoding import FIELD
from portal.mail.models import Delivery, Mailing
from portal.members.models import Member
from portal.staff.models import Recruiter

ANSWER_WORDS = {"more": _l("Tell me more"), "not_now": _l("Not now"), "less": _l("Less like this")}
WITHIN = timedelta(days=7)
"""Until when who asked for more is told that they hear from us."""
LIVES = timedelta(days=366)
"""For how long after it was sent a mail can be answered by its buttons."""
MOST_WORDS = 1000
PAGE = 50

SentBy: TypeAlias = "Callable[[int], Select[Any]]"
"""Of a recruiter's id: the ids of the mailings whose answers are theirs to read. `wiring.SENT_BY` is the list."""


@dataclass(frozen=True, slots=True)
class Mail:
    """What can be answered: a delivery with its mailing and its member, and whether its time is over."""

    delivery_id: int
    mailing: Mailing
    member: Member
    over: bool

    @property
    def sender(self) -> str:
        """Who wrote, as one says it: without "of the house" behind a person's name."""
        return self.mailing.from_name.removesuffix(f", {settings().org_name}")

    @property
    def subject(self) -> str:
        """As it reads without a name in it: whoever holds a mail learns from its page nobody's name."""
        return subject(self.mailing.subject)


@dataclass(frozen=True, slots=True)
class Answered:
    """A reply for the desk. `by`: who has seen to it."""

    reply: Reply
    mailing: Mailing
    member: Member
    by: str | None

    @property
    def subject(self) -> str:
        """Of the mail that was answered."""
        return subject(self.mailing.subject, self.member.name)

    @property
    def due(self) -> date | None:
        """The day that who asked for more was told; None of other answers and of what somebody has seen to."""
        return (self.reply.at + WITHIN).date() if self.reply.answer == "more" and not self.reply.handled_at else None


def subject(written: str, name: str = "") -> str:
    """A subject with its fields filled in."""
    return FIELD.sub(lambda field: (name if field[1] == "name" else "") or field[2] or "…", written)


def mail(delivery_id: int, now: datetime) -> Mail | None:
    """The mail that a button answers; None when we know nothing of it any more, or of whom it went to."""
    rows = (
        select(Delivery.id, Delivery.first_at, Mailing, Member)
        .join(Mailing, Mailing.id == Delivery.mailing_id)
        .join(Member, Member.id == Delivery.member_id)
    )
    row = db.session.execute(rows.where(Delivery.id == delivery_id)).first()
    if row is None:
        return None
    return Mail(row.id, row.Mailing, row.Member, now > (row.first_at or row.Mailing.created_at) + LIVES)


def counts(mailing_ids: Collection[int]) -> dict[str, int]:
    """How many gave each answer to any of these mailings (a newsletter has one for each language)."""
    rows = select(Reply.answer, func.count()).where(Reply.mailing_id.in_(mailing_ids)).group_by(Reply.answer)
    return {row.answer: row[1] for row in db.session.execute(rows)}


def theirs(recruiter_id: int) -> ColumnElement[bool]:
    """Of a `reply` of the enclosing query: it answers what this recruiter sent."""
    found: Sequence[SentBy] = current_app.extensions["sent_by"]
    return or_(false(), *(Reply.mailing_id.in_(sent_by(recruiter_id)) for sent_by in found))


def waiting(recruiter_id: int | None) -> int:
    """How many wait to be seen to, of the answers to what a recruiter sent (None: to anything)."""
    return db.session.scalars(select(func.count()).select_from(Reply).where(_open(recruiter_id))).one()


def open_for(recruiter_id: int | None, page: int = 0) -> Sequence[Answered]:
    """What waits to be seen to, of the answers to what a recruiter sent (None: to anything), PAGE at a time: first who
    asked for more, who waits longest before others."""
    return _answered(_open(recruiter_id), page * PAGE, Reply.answer != "more", Reply.at, Reply.id)


def handled(recruiter_id: int | None, page: int = 0) -> Sequence[Answered]:
    """The same of what somebody has seen to, the newest first."""
    done = and_(_of(recruiter_id), Reply.handled_at.is_not(None))
    return _answered(done, page * PAGE, Reply.handled_at.desc(), Reply.id.desc())


def of_member(member_id: int, limit: int = PAGE) -> Sequence[Answered]:
    """What one member answered, the newest first."""
    return _answered(Reply.member_id == member_id, 0, Reply.at.desc(), Reply.id.desc(), limit=limit)


def _of(recruiter_id: int | None) -> ColumnElement[bool]:
    return true() if recruiter_id is None else theirs(recruiter_id)


def _open(recruiter_id: int | None) -> ColumnElement[bool]:
    return and_(_of(recruiter_id), Reply.handled_at.is_(None))


def _answered(which: ColumnElement[bool], offset: int, *order: Any, limit: int = PAGE) -> Sequence[Answered]:
    rows = (
        select(Reply, Mailing, Member, Recruiter.name)
        .join(Mailing, Mailing.id == Reply.mailing_id)
        .join(Member, Member.id == Reply.member_id)
        .outerjoin(Recruiter, Recruiter.id == Reply.handled_by)
        .where(which)
        .order_by(*order)
    )
    return [Answered(*row) for row in db.session.execute(rows.offset(offset).limit(limit))]
