"""What an opening may name, for the forms of the desk: in the employer's order, in the language that is spoken."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import JSON, cast, literal, null, select, union_all

from portal.audience.models import Interest, Place, Team
from portal.db import db
from portal.jobs.models import Process
from portal.languages import current

Pairs = list[tuple[str, str]]


@dataclass(frozen=True)
class Choices:
    """Slugs with their names; interests by group. `countries`: in which there are places."""

    teams: Pairs
    places: Pairs
    interests: dict[str, Pairs]
    processes: Pairs
    countries: list[str]


def choices() -> Choices:
    """All that can be chosen now, in one statement."""
    nothing = cast(null(), JSON)
    parts = [
        select(literal("team"), Team.slug, Team.name, Team.names, literal(""), nothing, Team.position)
        .where(Team.retired.is_(False)),
        select(literal("place"), Place.slug, Place.name, Place.names, Place.country, nothing, Place.position)
        .where(Place.retired.is_(False)),
        select(literal("interest"), Interest.slug, Interest.name, Interest.names, Interest.group_name,
               Interest.group_names, Interest.position).where(Interest.retired.is_(False)),
        select(literal("process"), Process.slug, Process.name, nothing, literal(""), nothing, literal(0)),
    ]  # fmt: skip
    found: dict[str, Pairs] = {"team": [], "place": [], "interest": [], "process": []}
    groups: dict[str, Pairs] = {}
    countries: dict[str, None] = {}
    rows = db.session.execute(union_all(*parts)).all()
    for kind, slug, name, names, group, group_names, _position in sorted(rows, key=lambda row: (row[-1], row[2])):
        found[kind].append(pair := (slug, _said(name, names)))
        if kind == "interest":
            groups.setdefault(_said(group, group_names), []).append(pair)
        if kind == "place":
            countries[group] = None
    return Choices(found["team"], found["place"], groups, found["process"], list(countries))


def _said(name: str, names: Mapping[str, str] | None) -> str:
    return (names or {}).get(current(), name)
