"""The newsletters as the desk sees them: each with its home, whose it is, and how far it is."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, and_, case, func, literal, or_, select
from sqlalchemy.orm import aliased

from portal.content import Desk
from portal.db import db
from portal.insights.models import Insight
from portal.mail.models import OPEN, Delivery
from portal.newsletter.models import Approval, Campaign, Edition, Issue
from portal.staff.models import Recruiter
from portal.writing.models import DESK, Media, Piece, Version
from portal.writing.queries.source import read

KIND = "issue"
DRAFT, ASKED, PLANNED, UNDER_WAY, PAUSED, SENT, CALLED_OFF = (
    "draft", "asked", "planned", "under_way", "paused", "sent", "called_off",
)  # fmt: skip


@dataclass(frozen=True)
class Row:
    """One newsletter in the list. `at`: when it goes or went; `segment`: to whom; `changed`: when its words were last
    saved. `owner`: whose it is, "" for the house's."""

    slug: str
    subject: str
    state: str
    at: datetime | None
    segment: str
    at_desk: bool
    owner: str
    changed: datetime | None


def rows(now: datetime, search: str, limit: int, offset: int) -> tuple[list[Row], bool]:
    """The newsletters that have the words of `search`: what is still to go out first, then the newest; and whether
    there are more. One statement."""
    sent = case((and_(Campaign.send_at <= now, Campaign.cancelled_at.is_(None)), 1), else_=0)
    found = _found().order_by(sent, func.coalesce(Campaign.send_at, Version.at).desc(), Piece.id.desc())
    for word in search.split()[:5]:
        like = f"%{word.replace('%', '').replace('_', '')}%"
        found = found.where(or_(Piece.slug.ilike(like), Version.text.ilike(like)))
    every = db.session.execute(found.limit(limit + 1).offset(offset)).all()
    return [_row(*one, now) for one in every[:limit]], len(every) > limit


def _found() -> Select[Piece, Version, str, Campaign, bool, bool]:
    last = select(func.max(Version.number)).where(Version.piece_id == Piece.id, Version.language == "").correlate(Piece)
    words = and_(Version.piece_id == Piece.id, Version.language == "", Version.number == last.scalar_subquery())
    other = aliased(Campaign)
    newest = select(other.id).where(other.issue_id == Issue.id)  # one that was called off only where there is no other
    newest = newest.order_by(other.cancelled_at.is_not(None), other.id.desc()).limit(1).correlate(Issue)
    others = select(Edition.mailing_id).where(Edition.campaign_id == Campaign.id).correlate(Campaign)
    waiting = select(literal(1)).where(OPEN, Delivery.state.in_(("queued", "sending", "deferred")))
    # Two questions, as SQLite finds no index for one with an OR in it.
    mine = (Delivery.mailing_id == Campaign.mailing_id, Delivery.mailing_id.in_(others))
    open_ = or_(*(waiting.where(each).correlate(Campaign).exists() for each in mine))
    pending = select(literal(1)).where(Approval.slug == Piece.slug, Approval.answered_at.is_(None))
    asked = pending.correlate(Piece).exists()
    return (
        select(Piece, Version, Recruiter.name, Campaign, open_, asked)
        .outerjoin(Version, words)
        .outerjoin(Recruiter, Recruiter.id == Piece.owner_id)
        .outerjoin(Issue, Issue.slug == Piece.slug)
        .outerjoin(Campaign, Campaign.id == newest.scalar_subquery())
        .where(Piece.kind == KIND, Piece.removed_at.is_(None))
    )


def _row(
    piece: Piece,
    version: Version | None,
    owner: str | None,
    campaign: Campaign | None,
    open_: bool,
    asked: bool,
    now: datetime,
) -> Row:
    front = read(version.text, piece.slug).front if version else {}
    return Row(
        slug=piece.slug,
        subject=str(front.get("subject") or piece.slug),
        state=_state(campaign, open_, asked, now),
        at=campaign.send_at if campaign else None,
        segment=campaign.segment if campaign else str(front.get("segment") or ""),
        at_desk=piece.home == DESK,
        owner=owner or "",
        changed=version.at if version else None,
    )


def _state(campaign: Campaign | None, open_: bool, asked: bool, now: datetime) -> str:
    if campaign is None or campaign.cancelled_at is not None:
        return ASKED if asked else DRAFT if campaign is None else CALLED_OFF
    if campaign.paused_at is not None:
        return PAUSED
    if campaign.send_at > now:
        return PLANNED
    return UNDER_WAY if open_ else SENT


def was_sent(slug: str) -> bool:
    """Whether there is or was a sending of a newsletter, also one that was called off."""
    return db.session.scalar(select(Campaign.id).join(Issue).where(Issue.slug == slug).limit(1)) is not None


def taken(slug: str) -> bool:
    """Whether a newsletter has or had this address."""
    named = select(Piece.id).filter_by(kind=KIND, slug=slug).union(select(Issue.id).filter_by(slug=slug))
    return db.session.scalar(named.limit(1)) is not None


def linked(body: str) -> Desk:
    """What words may link to that lives at the desk, as far as they link to such things at all."""
    here = select(Piece.slug).where(Piece.home == DESK, Piece.removed_at.is_(None))
    asked = {
        "insights": ("/insights/", here.where(Piece.kind == "insight").join(Insight, Insight.slug == Piece.slug)),
        "issues": ("/newsletter/", here.where(Piece.kind == KIND)),
        "media": ("/media/", select(Media.name)),
    }
    return {name: set(db.session.scalars(rows)) for name, (address, rows) in asked.items() if address in body}
