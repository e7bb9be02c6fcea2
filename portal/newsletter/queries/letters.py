"""A newsletter with all that bears on sending it, in few statements."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import aliased

from portal.db import db
from portal.newsletter.models import Approval, Campaign, Issue
from portal.staff.models import House, Recruiter, SenderPermission
from portal.staff.queries import active
from portal.staff.queries.senders import Choice
from portal.writing.models import Piece, Version

KIND = "issue"


@dataclass(frozen=True, slots=True)
class Around:
    """What holds for the whole desk; the first sending to the same people, if there was one; and what a second person
    was asked last."""

    house: House
    first: Campaign | None
    approval: Approval | None


def words(slug: str) -> tuple[Piece, dict[str, Version]] | None:
    """A newsletter that was not removed, and what it says now, by language ("": the house's own)."""
    rows = select(Piece, Version).join(Version, _now()).where(Piece.kind == KIND, Piece.slug == slug)
    found = db.session.execute(rows.where(Piece.removed_at.is_(None)).execution_options(populate_existing=True)).all()
    versions = {version.language: version for _, version in found if version.text or not version.language}
    return (found[0][0], versions) if "" in versions else None


def segment(slug: str) -> tuple[Piece, Version | None] | None:
    """A segment of the desk or of a file, also one that was removed, and what it says at the desk now."""
    house = and_(_now(), Version.language == "")
    rows = select(Piece, Version).outerjoin(Version, house).where(Piece.kind == "segment", Piece.slug == slug)
    row = db.session.execute(rows.execution_options(populate_existing=True)).first()
    return (row[0], row[1]) if row else None


def _now() -> ColumnElement[bool]:
    """Of a `piece` and a `version` of the enclosing query: that is what it says now, in the version's language."""
    other = aliased(Version)
    last = select(func.max(other.number)).where(other.piece_id == Piece.id, other.language == Version.language)
    return and_(Version.piece_id == Piece.id, Version.number == last.correlate(Piece, Version).scalar_subquery())


def around(slug: str, segment: str) -> Around:
    """In one statement."""
    of_trial = House.live_at > Campaign.send_at  # it reached nobody but ourselves: once live, that does not count
    first = (
        select(func.min(Campaign.id))
        .select_from(Campaign)
        .join(Issue, Issue.id == Campaign.issue_id)
        .where(Issue.slug == slug, Campaign.segment == segment, Campaign.cancelled_at.is_(None))
        .where(~func.coalesce(of_trial, False))
    )
    sent, other = aliased(Campaign), aliased(Approval)
    asked = select(func.max(other.id)).where(other.slug == slug).scalar_subquery()
    rows = (
        select(House, sent, Approval)
        .select_from(House)
        .outerjoin(sent, sent.id == first.correlate(House).scalar_subquery())
        .outerjoin(Approval, Approval.id == asked)
    )
    return Around(*db.session.execute(rows.where(House.id == 1)).one())


def names(me: Recruiter, about: str) -> Sequence[Choice]:
    """Everybody at the desk, oneself first, with what they said to newsletters under their name or to this one: as
    `senders.choices`, in one statement."""
    covers = or_(SenderPermission.purpose == "newsletter", SenderPermission.about == about)
    theirs = and_(SenderPermission.recruiter_id == Recruiter.id, SenderPermission.withdrawn_at.is_(None), covers)
    rows = select(Recruiter, SenderPermission).outerjoin(SenderPermission, theirs).where(active())
    said: dict[int, set[str]] = defaultdict(set)
    people: dict[int, Recruiter] = {}
    for recruiter, permission in db.session.execute(rows.order_by(Recruiter.name, Recruiter.id)):
        people[recruiter.id] = recruiter
        if permission:
            said[recruiter.id].add("given" if permission.given_at else "asked")
    others = [Choice(one, _state(said[one.id])) for one in people.values() if one.id != me.id]
    return [Choice(me, "self"), *others]


def _state(said: set[str]) -> str:
    return next((state for state in ("given", "asked") if state in said), "none")
