"""The few facts of all open openings that filters compare, and what the values of filters are called."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select

from portal.audience.models import Interest, Place, Team
from portal.audience.queries.catalogue import every
from portal.audience.queries.words import LEVEL_WORDS, MODES
from portal.db import db
from portal.jobs.models import Posting, PostingInterest, PostingPlace
from portal.jobs.queries.states import is_open
from portal.members.models import WORK_MODES

Names = Mapping[str, Mapping[str, str]]
"""By filter: its values with their names, in the order of the page."""


@dataclass(frozen=True, slots=True)
class Facts:
    """An opening as filters see it: its values by filter. An empty set: nobody has said."""

    id: int
    title: str
    values: Mapping[str, frozenset[str]]


def names() -> Names:
    """Retired entries too: addresses live long. One statement inside `catalogue.at_once`, three outside."""
    teams = db.session.scalars(select(Team).order_by(Team.position))
    return {
        "mode": {name: str(MODES[name]) for name in WORK_MODES},
        "place": {known.slug: known.name for known in every(Place)},
        "level": {name: str(words) for name, words in LEVEL_WORDS.items()},
        "team": {team.slug: team.said for team in teams},
        "interest": {known.slug: known.name for known in every(Interest)},
    }


def facts(now: datetime) -> list[Facts]:
    """Of all that everybody may see, the newest first. Whoever looks in a whole country finds all that is in it."""
    whole = {known.group: known.slug for known in every(Place) if known.whole_country}
    about = select(PostingInterest.posting_id, Interest.slug).join(Interest, Interest.id == PostingInterest.interest_id)
    there = select(PostingPlace.posting_id, Place.slug, Place.country).join(Place, Place.id == PostingPlace.place_id)
    interests, places = dict[int, set[str]](), dict[int, set[str]]()
    for id, slug in _of_open(about, PostingInterest.posting_id, now):
        interests.setdefault(id, set()).add(slug)
    for id, slug, country in _of_open(there, PostingPlace.posting_id, now):
        places.setdefault(id, set()).update({slug, whole.get(country, slug)})
    columns = (Posting.id, Posting.title, Posting.work_modes, Team.slug, Posting.level)
    rows = select(*columns).outerjoin(Team, Team.id == Posting.team_id).where(is_open(now))
    newest = rows.order_by(Posting.opens_at.desc(), Posting.id.desc())
    return [
        Facts(id, title, {
            "mode": modes,
            "place": frozenset(places.get(id, ())),
            "level": frozenset([level] if level else []),
            "team": frozenset([team] if team else []),
            "interest": frozenset(interests.get(id, ())),
        })
        for id, title, modes, team, level in db.session.execute(newest)
    ]  # fmt: skip


def _of_open(rows: Any, id: Any, now: datetime) -> Any:
    return db.session.execute(rows.join(Posting, Posting.id == id).where(is_open(now)))
