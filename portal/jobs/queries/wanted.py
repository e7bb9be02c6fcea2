"""Openings as matching needs them: plain facts, read in two statements however many there are."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, literal, select, union_all

from portal.audience.models import Interest, Place, Team
from portal.db import db
from portal.jobs.models import Posting, PostingCountry, PostingInterest, PostingPlace
from portal.jobs.models.postings import A_YEAR
from portal.jobs.queries.states import is_live


@dataclass(frozen=True, slots=True)
class Wanted:
    """One opening, and whom it wants. Empty or None: unknown. `team`, `places`, `interests`: slugs; `countries`: where
    who works remotely may live (ANYWHERE among them: anywhere). `pay_yearly`: the most it pays for a year's work. The
    last five only serve to tell somebody of it."""

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
    pay_min: int | None = None
    pay_max: int | None = None
    pay_per: str | None = None
    pay_unsaid: str = ""
    changed_at: datetime | None = None

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


_OWN = (
    Posting.id, Posting.slug, Posting.title, Posting.level, Posting.work_modes, Posting.pay_max, Posting.pay_currency,
    Posting.pay_per, Posting.pay_unsaid, Posting.starts_on, Posting.publish_at, Posting.opens_at, Posting.closes_at,
    Posting.closed_at, Posting.pay_min, Posting.changed_at,
)  # fmt: skip
"""All but the words, which are most of a row."""


def _read(which: ColumnElement[bool]) -> list[Wanted]:
    rows = select(*_OWN, Team.slug.label("team")).outerjoin(Team, Team.id == Posting.team_id).where(which)
    found = db.session.execute(rows.order_by(Posting.publish_at.desc(), Posting.id.desc())).all()
    sets = _sets(which) if found else {}
    none: frozenset[str] = frozenset()
    return [
        Wanted(
            row.id, row.slug, row.title, row.team, row.level, row.work_modes, sets.get((row.id, "place"), none),
            sets.get((row.id, "country"), none), sets.get((row.id, "interest"), none),
            row.pay_max * A_YEAR[row.pay_per] if row.pay_max is not None else None, row.pay_currency,
            row.pay_max is not None or bool(row.pay_unsaid), row.starts_on, row.publish_at, row.opens_at,
            row.closes_at, row.closed_at, row.pay_min, row.pay_max, row.pay_per, row.pay_unsaid, row.changed_at,
        )
        for row in found
    ]  # fmt: skip


def _sets(which: ColumnElement[bool]) -> dict[tuple[int, str], frozenset[str]]:
    """The places, countries and interests of each, by its id and kind."""
    places = (
        select(PostingPlace.posting_id, literal("place"), Place.slug)
        .join(Place, Place.id == PostingPlace.place_id)
        .join(Posting, Posting.id == PostingPlace.posting_id)
    )
    countries = select(PostingCountry.posting_id, literal("country"), PostingCountry.country).join(
        Posting, Posting.id == PostingCountry.posting_id
    )
    interests = (
        select(PostingInterest.posting_id, literal("interest"), Interest.slug)
        .join(Interest, Interest.id == PostingInterest.interest_id)
        .join(Posting, Posting.id == PostingInterest.posting_id)
    )
    found: defaultdict[tuple[int, str], set[str]] = defaultdict(set)
    for id, kind, value in db.session.execute(
        union_all(*(part.where(which) for part in (places, countries, interests)))
    ):
        found[id, kind].add(value)
    return {key: frozenset(values) for key, values in found.items()}
