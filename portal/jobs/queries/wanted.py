"""Openings as matching needs them: plain facts, read in four statements however many there are."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, select

from portal.audience.models import Interest, Place, Team
from portal.db import db
from portal.jobs.models import Posting, PostingCountry, PostingInterest, PostingPlace
from portal.jobs.queries.states import is_live


@dataclass(frozen=True, slots=True)
class Wanted:
    """One opening, and whom it wants. Empty or None: unknown. `team`, `places`, `interests`: slugs; `countries`: where
    who works remotely may live (ANYWHERE among them: anywhere). `pay_yearly`: the most it pays for a year's work."""

    id: int
    slug: str
    title: str
    team: str | None
    level: str | None
    work_modes: frozenset[str]
    places: frozenset[str]
    countries: frozenset[str]
    interests: frozenset[str]
    pay_yearly: int | None
    pay_currency: str | None
    tells_pay: bool
    starts_on: date | None
    publish_at: datetime | None
    opens_at: datetime | None
    closes_at: datetime | None
    closed_at: datetime | None

    def state_at(self, now: datetime) -> str:
        """As `Posting.state_at`."""
        return Posting.state_at(self, now)  # type: ignore[arg-type]  # the same four times


def live(now: datetime) -> list[Wanted]:
    """Those that members may hear of now, early ones too, the newest first: with pay, or with why it is not said."""
    return [one for one in _read(is_live(now)) if one.tells_pay]


def by_ids(ids: Collection[int]) -> list[Wanted]:
    """These, whatever their state."""
    return _read(Posting.id.in_(ids)) if ids else []


def by_slugs(slugs: Collection[str]) -> list[Wanted]:
    """These, whatever their state."""
    return _read(Posting.slug.in_(slugs)) if slugs else []


def _read(which: ColumnElement[bool]) -> list[Wanted]:
    rows = select(Posting, Team.slug).outerjoin(Team, Team.id == Posting.team_id).where(which)
    found = db.session.execute(rows.order_by(Posting.publish_at.desc(), Posting.id.desc())).all()
    places = _grouped(PostingPlace.posting_id, Place.slug, Place.id == PostingPlace.place_id, which)
    about = _grouped(PostingInterest.posting_id, Interest.slug, Interest.id == PostingInterest.interest_id, which)
    countries = _grouped(PostingCountry.posting_id, PostingCountry.country, None, which)
    none: frozenset[str] = frozenset()
    return [
        Wanted(
            posting.id, posting.slug, posting.title, team, posting.level, posting.work_modes,
            places.get(posting.id, none), countries.get(posting.id, none), about.get(posting.id, none),
            posting.pay_yearly, posting.pay_currency, posting.tells_pay, posting.starts_on, posting.publish_at,
            posting.opens_at, posting.closes_at, posting.closed_at,
        )
        for posting, team in found
    ]  # fmt: skip


def _grouped(id: Any, value: Any, joined: Any, which: ColumnElement[bool]) -> dict[int, frozenset[str]]:
    rows = select(id, value).join(Posting, Posting.id == id).where(which)
    if joined is not None:
        rows = rows.join(value.class_, joined)
    return _sets(db.session.execute(rows).tuples())


def _sets(pairs: Iterable[tuple[int, str]]) -> dict[int, frozenset[str]]:
    found: dict[int, set[str]] = {}
    for id, value in pairs:
        found.setdefault(id, set()).add(value)
    return {id: frozenset(values) for id, values in found.items()}
