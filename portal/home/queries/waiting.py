"""What waits for somebody at the desk, of every slice: few statements, each with a limit."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import exists, func, or_, select

from portal.audience.queries import replies
from portal.db import db
from portal.followups.queries import letters, suggestions
from portal.followups.queries.letters import Draft
from portal.followups.queries.suggestions import Suggested
from portal.jobs.queries import waiting as waiting_openings
from portal.mail.models import OPEN, Delivery
from portal.newsletter.models import Approval, Campaign, Edition, Issue
from portal.staff.models import Recruiter, SenderPermission
from portal.staff.models.roles import APPROVE, OPENINGS, OPENINGS_ANY, PEOPLE, SEND, WRITE
from portal.staff.queries import house
from portal.writing.models import DESK, Piece, Version

MOST = 8
LATELY = timedelta(days=3)
"""So long a newsletter that went stands among those under way."""
PLACES = {
    "issue": "/desk/newsletters/", "insight": "/desk/insights/", "job": "/desk/jobs/", "segment": "/desk/segments/",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Written:
    """A piece that somebody is writing: what it is, its slug, and when they last changed it."""

    kind: str
    slug: str
    at: datetime

    @property
    def path(self) -> str:
        """Its page."""
        return f"{PLACES[self.kind]}{self.slug}"


@dataclass(frozen=True, slots=True)
class Coming:
    """A newsletter that is scheduled or under way: its campaign, its slug, who sends it, whether some of it is open."""

    campaign: Campaign
    slug: str
    sender: str | None
    open: bool


@dataclass(frozen=True, slots=True)
class Waiting:
    """What one recruiter sees first. Empty is what does not wait, or is not theirs by their role."""

    trial: bool
    permissions: Sequence[tuple[SenderPermission, str | None]]
    approvals: Sequence[tuple[Approval, str]]
    replies: int
    suggested: Sequence[Suggested]
    letters: Sequence[Draft]
    written: Sequence[Written]
    coming: Sequence[Coming]
    unclear: int = 0

    @property
    def anything(self) -> bool:
        """Whether there is something to show besides the next step."""
        return any(
            (
                self.permissions,
                self.approvals,
                self.replies,
                self.suggested,
                self.letters,
                self.written,
                self.coming,
                self.unclear,
            )
        )


def waiting(me: Recruiter, now: datetime) -> Waiting:
    """All of it."""
    people, writes = me.may(PEOPLE), me.may(WRITE)
    return Waiting(
        trial=house().live_at is None,
        permissions=_permissions(me),
        approvals=_approvals(me) if me.may(APPROVE) else (),
        replies=replies.waiting(me.id) if people else 0,
        suggested=suggestions.of(me, now) if people else (),
        letters=letters.drafts(me, MOST) if people else (),
        written=_written(me) if writes or me.may(OPENINGS) else (),
        coming=_coming(now) if writes or me.may(SEND) else (),
        unclear=waiting_openings.count(now) if me.may(OPENINGS_ANY) else 0,
    )


def _permissions(me: Recruiter) -> Sequence[tuple[SenderPermission, str | None]]:
    """Who would like to write under their name, and has no answer yet."""
    rows = select(SenderPermission, Recruiter.name).outerjoin(Recruiter, Recruiter.id == SenderPermission.asked_by)
    mine = rows.where(
        SenderPermission.recruiter_id == me.id,
        SenderPermission.given_at.is_(None),
        SenderPermission.withdrawn_at.is_(None),
    )
    return [(row, name) for row, name in db.session.execute(mine.order_by(SenderPermission.id).limit(MOST))]


def _approvals(me: Recruiter) -> Sequence[tuple[Approval, str]]:
    """What others want to send, and a second person has to say yes to."""
    rows = select(Approval, Recruiter.name).join(Recruiter, Recruiter.id == Approval.asked_by)
    open_ = rows.where(Approval.answered_at.is_(None), Approval.asked_by != me.id)
    return [(row, name) for row, name in db.session.execute(open_.order_by(Approval.id).limit(MOST))]


def _written(me: Recruiter) -> Sequence[Written]:
    """What they changed last at the desk and has not gone out since."""
    at = func.max(Version.at)
    went = exists().where(Issue.slug == Piece.slug, Campaign.issue_id == Issue.id, Campaign.cancelled_at.is_(None))
    rows = (
        select(Piece.kind, Piece.slug, at)
        .join(Version, Version.piece_id == Piece.id)
        .where(Version.recruiter_id == me.id, Version.way != "file", Piece.home == DESK, Piece.removed_at.is_(None))
        .where(or_(Piece.kind != "issue", ~went))
        .group_by(Piece.id, Piece.kind, Piece.slug)
        .order_by(at.desc())
        .limit(MOST)
    )
    return [Written(*row) for row in db.session.execute(rows)]


def _coming(now: datetime) -> Sequence[Coming]:
    mailings = select(Edition.mailing_id).where(Edition.campaign_id == Campaign.id)
    waits = exists().where(OPEN, or_(Delivery.mailing_id == Campaign.mailing_id, Delivery.mailing_id.in_(mailings)))
    rows = (
        select(Campaign, Issue.slug, Recruiter.name, waits)
        .join(Issue, Issue.id == Campaign.issue_id)
        .outerjoin(Recruiter, Recruiter.id == Campaign.recruiter_id)
        .where(Campaign.cancelled_at.is_(None), Campaign.send_at > now - LATELY)
    )
    return [Coming(*row) for row in db.session.execute(rows.order_by(Campaign.send_at).limit(MOST))]
