"""All that the page of one opening says: of the public one, and of the early one behind a member's link."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TypeAlias
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from flask import current_app
from sqlalchemy import ColumnElement, and_, case, func, or_, select

from portal.audience.models import Interest
from portal.config import settings
from portal.db import db
from portal.jobs.models import Posting, PostingInterest, Process
from portal.jobs.queries.cards import Card, cards
from portal.jobs.queries.states import is_open, was_open
from portal.jobs.queries.steps import Step, steps

SIMILAR = 3
READINGS = 3
Related: TypeAlias = Callable[[Collection[str], date, int], Sequence[tuple[str, str]]]
"""Of slugs of interests, the day, and how many at most: what has been written about them, as title and path. What
`wiring.RELATED` is."""


@dataclass(frozen=True, slots=True)
class Apply:
    """Where somebody applies. `host`: elsewhere, and there; `mail`: by writing to this address."""

    url: str
    host: str = ""
    mail: str = ""


@dataclass(frozen=True, slots=True)
class OpeningPage:
    """`state`: by its times. `opens_at`, `closes_at`: in the house's time zone; `interests`: slugs and names; `steps`:
    with the days for who applies today; `readings`: titles and paths of insights near to it; `zone`: the house's."""

    card: Card
    state: str
    opens_at: datetime | None
    closes_at: datetime | None
    interests: Sequence[tuple[str, str]]
    process: str
    steps: Sequence[Step]
    apply: Apply | None
    readings: Sequence[tuple[str, str]]
    similar: Sequence[Card]
    zone: str

    @property
    def posting(self) -> Posting:
        """The row."""
        return self.card.posting


def find(slug: str, now: datetime) -> Posting | None:
    """What everybody may see, or could once. What is early, a draft or not there at all is None alike, by one
    statement."""
    return db.session.scalar(select(Posting).where(Posting.slug == slug, or_(is_open(now), was_open(now))))


def page_of(posting: Posting, now: datetime) -> OpeningPage:
    """What its page is made of, in the language that is spoken. At most ten statements."""
    card, *near = cards([posting, *_similar(posting, now)])
    about = _interests(posting)
    related: Related = current_app.extensions["related"]
    process = db.session.get(Process, posting.process) if posting.process else None
    ends = min((at for at in (posting.closes_at, posting.closed_at) if at), default=None)
    return OpeningPage(
        card=card,
        state=posting.state_at(now),
        opens_at=_local(posting.opens_at),
        closes_at=_local(ends),
        interests=[(interest.slug, interest.said) for interest in about],
        process=process.name if process else "",
        steps=steps(process, now.astimezone(_zone()).date()),
        apply=apply_of(posting.apply_url),
        readings=related([interest.slug for interest in about], now.date(), READINGS) if about else (),
        similar=near,
        zone=settings().time_zone,
    )


def similar(posting: Posting, now: datetime) -> list[Card]:
    """Openings near to one that everybody may see."""
    return cards(_similar(posting, now))


def _interests(posting: Posting) -> Sequence[Interest]:
    rows = select(Interest).join(PostingInterest, PostingInterest.interest_id == Interest.id)
    return db.session.scalars(rows.where(PostingInterest.posting_id == posting.id).order_by(Interest.position)).all()


def _similar(posting: Posting, now: datetime) -> Sequence[Posting]:
    """Those that share most interests with it, then those of its team, then the newest. None that share neither."""
    own = select(PostingInterest.interest_id).where(PostingInterest.posting_id == posting.id)
    shared = (
        select(func.count())
        .where(PostingInterest.posting_id == Posting.id, PostingInterest.interest_id.in_(own))
        .scalar_subquery()
    )
    team: ColumnElement[int] = case((Posting.team_id == posting.team_id, 1), else_=0)
    rows = select(Posting).where(and_(is_open(now), Posting.id != posting.id, shared + team > 0))
    newest = rows.order_by(shared.desc(), team.desc(), Posting.opens_at.desc(), Posting.id.desc())
    return db.session.scalars(newest.limit(SIMILAR)).all()


def _zone() -> ZoneInfo:
    return ZoneInfo(settings().time_zone)


def _local(at: datetime | None) -> datetime | None:
    return at.astimezone(_zone()) if at else None


def apply_of(url: str) -> Apply | None:
    """None where it does not say, or says something that no button should lead to."""
    parts = urlsplit(url)
    if parts.scheme == "mailto":
        return Apply(url, mail=parts.path)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        return None
    return Apply(url, host="" if parts.hostname == settings().host else parts.hostname)
