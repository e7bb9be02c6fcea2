"""Letters: drafts of one's own, and what became of those that went."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select

from portal.db import db
from portal.followups.models import Letter
from portal.mail.models import Delivery
from portal.members.models import Member
from portal.staff.models import Recruiter

INSIGHT = "insight:"
"""How what is attached begins."""


def permission(letter: Letter) -> str:
    """What a permission to lend one's name to this letter is about (`SenderPermission.about`)."""
    return f"letter:{letter.id}"


@dataclass(frozen=True, slots=True)
class Draft:
    """A letter that is being written, and to whom."""

    letter: Letter
    member: Member


@dataclass(frozen=True, slots=True)
class Sent:
    """A letter that went, what has become of it, and who wrote it."""

    letter: Letter
    delivery: Delivery | None
    writer: str


def by_id(id: int) -> Letter | None:
    """A letter, whoever's it is. In whose name it goes is read with it, as everybody asks for that next."""
    row = db.session.execute(
        select(Letter, Recruiter).join(Recruiter, Recruiter.id == Letter.sender_id).where(Letter.id == id)
    ).first()
    return row[0] if row else None


def draft_to(me: Recruiter, member_id: int) -> Letter | None:
    """The letter to somebody that this recruiter has begun: there is one at a time."""
    rows = select(Letter).filter_by(recruiter_id=me.id, member_id=member_id, sent_at=None)
    return db.session.scalar(rows.order_by(Letter.id).limit(1))


def drafts(me: Recruiter, limit: int = 20) -> Sequence[Draft]:
    """What this recruiter has begun, the latest first."""
    rows = select(Letter, Member).join(Member, Member.id == Letter.member_id).filter(Letter.recruiter_id == me.id)
    rows = rows.where(Letter.sent_at.is_(None)).order_by(Letter.changed_at.desc(), Letter.id.desc()).limit(limit)
    return [Draft(*row) for row in db.session.execute(rows)]


def sent_to(member_id: int, limit: int) -> Sequence[Sent]:
    """Every letter that went to a member, the newest first."""
    rows = (
        select(Letter, Delivery, Recruiter.name)
        .join(Recruiter, Recruiter.id == Letter.recruiter_id)
        .outerjoin(Delivery, Delivery.mailing_id == Letter.mailing_id)
        .where(Letter.member_id == member_id, Letter.sent_at.is_not(None))
        .where((Delivery.member_id == member_id) | Delivery.id.is_(None))
    )
    return [Sent(*row) for row in db.session.execute(rows.order_by(Letter.sent_at.desc()).limit(limit))]


def sent_one(letter: Letter) -> Sent:
    """One letter that went, as `sent_to` has it."""
    rows = (
        select(Recruiter.name, Delivery)
        .outerjoin(Delivery, Delivery.mailing_id == letter.mailing_id)
        .where(Recruiter.id == letter.recruiter_id)
    )
    writer, delivery = db.session.execute(rows.limit(1)).one()
    return Sent(letter, delivery, writer)
