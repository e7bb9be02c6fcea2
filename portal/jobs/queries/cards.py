"""Openings as they stand in a list: what somebody needs to know to open one, in three statements however many."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from portal.audience.models import Place, Team
from portal.config import settings
from portal.db import db
from portal.jobs.models import Posting, PostingCountry, PostingPlace
from portal.jobs.queries import said
from portal.languages import current


@dataclass(frozen=True, slots=True)
class Card:
    """One opening. Empty is what nobody has said. `modes`, `level`, `pay`: in words; `places`: their names; `living`:
    where somebody who works remotely may live, in words, and empty unless that is possible; `lead`: its first words."""

    posting: Posting
    team: str
    level: str
    modes: str
    places: Sequence[str]
    living: str
    pay: str
    lead: str

    @property
    def language(self) -> str:
        """The one it was written in: openings are not translated."""
        return settings().language

    @property
    def foreign(self) -> bool:
        """Not in the language that is spoken now: the page says so."""
        return self.language != current()

    @property
    def slug(self) -> str:
        """Its name in addresses."""
        return self.posting.slug

    @property
    def title(self) -> str:
        """What it is called."""
        return self.posting.title

    @property
    def how(self) -> str:
        """How one works, and from where if remotely. Empty where nobody has said."""
        return said.how(self.posting.work_modes, self.living)


def cards(postings: Sequence[Posting]) -> list[Card]:
    """One for each, in the same order."""
    if not postings:
        return []
    ids = [posting.id for posting in postings]
    teams = {posting.team_id for posting in postings if posting.team_id}
    names = {team.id: team.said for team in db.session.scalars(select(Team).where(Team.id.in_(teams)))}
    places, countries = places_of(ids), countries_of(ids)
    return [
        _card(posting, lead, names, places[posting.id], countries[posting.id])
        for posting, lead in zip(postings, said.leads(postings), strict=True)
    ]


def _card(
    posting: Posting, lead: str, teams: Mapping[int, str], places: Sequence[Place], countries: Sequence[str]
) -> Card:
    return Card(
        posting,
        team=teams.get(posting.team_id, "") if posting.team_id else "",
        level=said.level(posting.level),
        modes=said.modes(posting.work_modes),
        places=[place.said for place in places],
        living=said.countries(countries) if "remote" in posting.work_modes else "",
        pay=said.pay(posting),
        lead=lead,
    )


def places_of(ids: Collection[int]) -> dict[int, list[Place]]:
    """Where the work of each is done, in the order of the employer's list."""
    rows = (
        select(PostingPlace.posting_id, Place)
        .join(Place, Place.id == PostingPlace.place_id)
        .where(PostingPlace.posting_id.in_(ids))
        .order_by(Place.position)
    )
    return _grouped(ids, db.session.execute(rows))


def countries_of(ids: Collection[int]) -> dict[int, list[str]]:
    """Where who does the work of each remotely may live: codes, or ANYWHERE."""
    rows = select(PostingCountry.posting_id, PostingCountry.country).where(PostingCountry.posting_id.in_(ids))
    return _grouped(ids, db.session.execute(rows.order_by(PostingCountry.country)))


def _grouped(ids: Collection[int], rows: Any) -> dict[int, list[Any]]:
    found: dict[int, list[Any]] = {id: [] for id in ids}
    for id, value in rows:
        found[id].append(value)
    return found
