"""Under whose name mail may go out: what people have allowed, and what they are asked."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, or_, select

from portal.db import db
from portal.staff.models import Recruiter, SenderPermission
from portal.staff.queries.people import active, colleagues


@dataclass(frozen=True, slots=True)
class Choice:
    """Somebody in whose name a mail could go out. `state`: self, given, asked (and not answered), or none."""

    recruiter: Recruiter
    state: str

    @property
    def allowed(self) -> bool:
        """Whether it may go out in their name as things stand."""
        return self.state in {"self", "given"}


def _covers(purpose: str, about: str | None) -> ColumnElement[bool]:
    mine = SenderPermission.purpose == purpose
    return or_(mine, SenderPermission.about == about) if about else mine


def may_appear(sender_id: int, purpose: str, about: str | None = None) -> bool:
    """Whether somebody who is still at the desk lets mail for a purpose, or this one, go out under their name.

    Of their own mail nobody asks them: see `may_use`.
    """
    rows = select(SenderPermission.id).join(Recruiter, Recruiter.id == SenderPermission.recruiter_id)
    given = SenderPermission.given_at.is_not(None), SenderPermission.withdrawn_at.is_(None)
    rows = rows.where(SenderPermission.recruiter_id == sender_id, active(), _covers(purpose, about), *given)
    return db.session.scalar(rows.limit(1)) is not None


def may_use(me_id: int, sender_id: int, purpose: str, about: str | None = None) -> bool:
    """Whether somebody may send mail under a name: their own always, a colleague's as far as that one allows it."""
    return me_id == sender_id or may_appear(sender_id, purpose, about)


def named(name: str) -> Recruiter | None:
    """The colleague with this name; None when nobody or more than one has it."""
    found = db.session.scalars(select(Recruiter).where(active(), Recruiter.name == name).limit(2)).all()
    return found[0] if len(found) == 1 else None


def choices(me: Recruiter, purpose: str, about: str | None = None) -> list[Choice]:
    """Everybody in whose name somebody's mail could go out, oneself first, with what they said to it."""
    rows = select(SenderPermission).where(_covers(purpose, about), SenderPermission.withdrawn_at.is_(None))
    said: dict[int, str] = {}
    for row in db.session.scalars(rows):
        if row.given_at or row.recruiter_id not in said:
            said[row.recruiter_id] = "given" if row.given_at else "asked"
    others = [Choice(one, said.get(one.id, "none")) for one in colleagues() if one.id != me.id]
    return [Choice(me, "self"), *others]


def of(recruiter_id: int) -> Sequence[SenderPermission]:
    """What somebody is asked and has given, the latest first; not what they took back."""
    rows = select(SenderPermission).filter_by(recruiter_id=recruiter_id, withdrawn_at=None)
    return db.session.scalars(rows.order_by(SenderPermission.id.desc())).all()


def waiting(recruiter_id: int) -> int:
    """How many questions wait for their answer."""
    return sum(row.given_at is None for row in of(recruiter_id))
