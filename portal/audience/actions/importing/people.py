"""A row of a file, read as a person. What cannot be used is said, with its line and column."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import select

from portal.audience.actions.importing import values
from portal.audience.actions.importing.columns import Columns
from portal.audience.actions.importing.problems import Problem
from portal.audience.actions.importing.proof import Proof, Rules
from portal.audience.actions.importing.proof import read as proven
from portal.audience.actions.importing.source import Row
from portal.audience.models import Interest, Place, Team
from portal.audience.queries import skills
from portal.audience.queries.formulas import plain
from portal.db import db
from portal.members.actions.account import MAX_NAME, tidy_name
from portal.members.queries.addresses import Address, parse

SINGLE: dict[str, Callable[[str, datetime], Any]] = {
    "language": lambda cell, now: values.language(cell),
    "career_stage": lambda cell, now: values.career_stage(cell),
    "lives_in": lambda cell, now: values.country(cell),
    "available_from": lambda cell, now: values.day(cell),
    "mails_per_month": lambda cell, now: values.mails(cell),
    "time_zone": lambda cell, now: values.time_zone(cell),
    "mail_hours": lambda cell, now: values.hours(cell),
    "weekdays": lambda cell, now: values.weekdays(cell),
    "pause_until": lambda cell, now: values.day(cell),
    "joined": values.time,
    "last_contact": values.time,
}


@dataclass(frozen=True, slots=True)
class Choices:
    """What can be chosen here: name or slug, folded → id."""

    interests: dict[str, int]
    places: dict[str, int]
    teams: dict[str, int]


@dataclass(slots=True)
class Person:
    """Somebody in a row. `own`: what the row says of SINGLE and of `work_modes`, `levels`; the rest is ids.

    `reason` or `stop` say why they cannot be mailed (proof.Proven).
    """

    line: int
    address: Address
    name: str
    own: dict[str, Any] = field(default_factory=dict)
    chosen: dict[str, frozenset[int]] = field(default_factory=dict)
    skills: dict[str, str] = field(default_factory=dict)
    proofs: list[Proof] = field(default_factory=list)
    reason: str | None = None
    stop: str | None = None


def choices() -> Choices:
    """What is offered now, by slug and by each of its names."""
    return Choices(_offered(Interest), _offered(Place), _offered(Team))


def _offered(entry: type[Interest] | type[Place] | type[Team]) -> dict[str, int]:
    rows = select(entry.id, entry.slug, entry.name, entry.names).where(entry.retired.is_(False))
    found: dict[str, int] = {}
    for id, slug, name, names in db.session.execute(rows.order_by(entry.position)):
        for called in (slug, name, *names.values()):
            found.setdefault(called.casefold(), id)
    return found


@dataclass(frozen=True, slots=True)
class Reader:
    """Reads rows of one file."""

    columns: Columns
    width: int
    choices: Choices
    rules: Rules
    now: datetime

    def address(self, row: Row) -> Address:
        """Whose row it is. Raises BadAddress."""
        return parse(self.cell(row, "address") or "")

    def read(self, row: Row, address: Address) -> tuple[Person | None, list[Problem]]:
        """The person, or None if the row cannot be taken; and what there is to say about it."""
        said = _Said(self, row)
        if any(row.cells[self.width :]):
            text = "put quotation marks around values that hold the delimiter"
            said.wrong("", f"there are {len(row.cells)} values for {self.width} columns; {text}")
            return None, said.problems
        person = Person(row.line, address, self._name(row, said))
        found = proven(lambda ours: self.cell(row, ours), self.rules, self.now)
        person.proofs, person.reason, person.stop = found.proofs, found.reason, found.stop
        for ours, text in found.notes:
            said.note(ours, text)
        if found.proofs:  # of who cannot be mailed nothing but name and address is kept
            self._own(person, row, said)
            self._chosen(person, row, said)
        return person, said.problems

    def cell(self, row: Row, ours: str) -> str | None:
        """What stands in one of our columns; None if the file has none."""
        where = self.columns.of.get(ours)
        if where is None:
            return None
        text = row.cells[where.index]
        if where.key is not None:
            text = _entry(text, where.key)
        return plain(text).strip()

    def _name(self, row: Row, said: "_Said") -> str:
        name = tidy_name(self.cell(row, "name") or "")
        if len(name) > MAX_NAME:
            said.note("name", f"only the first {MAX_NAME} characters of the name are kept")
        return name[:MAX_NAME].rstrip()

    def _own(self, person: Person, row: Row, said: "_Said") -> None:
        for ours, read in SINGLE.items():
            if cell := self.cell(row, ours):
                try:
                    person.own[ours] = read(cell, self.now)
                except ValueError as error:
                    said.note(ours, str(error))
        for ours, known in (("work_modes", values.MODES), ("levels", values.STEPS)):
            found, strange = values.words(self.cell(row, ours) or "", known)
            person.own[ours] = found
            said.strange(ours, strange)

    def _chosen(self, person: Person, row: Row, said: "_Said") -> None:
        offered = {"interests": self.choices.interests, "places": self.choices.places}
        offered |= {"unwanted_teams": self.choices.teams, "hidden_teams": self.choices.teams}
        for ours, known in offered.items():
            person.chosen[ours], strange = values.words(self.cell(row, ours) or "", known)
            said.strange(ours, strange)
        try:
            person.skills = skills.parse(skills.split(self.cell(row, "skills") or ""))
        except skills.BadSkill as error:
            said.note("skills", str(error))


class _Said:
    """Collects what there is to say about a row."""

    def __init__(self, reader: Reader, row: Row) -> None:
        self.shown, self.line, self.problems = reader.columns.shown, row.line, list[Problem]()

    def note(self, ours: str, text: str) -> None:
        self.problems.append(Problem(self.line, self.shown.get(ours, ours), text))

    def wrong(self, ours: str, text: str) -> None:
        self.problems.append(Problem(self.line, self.shown.get(ours, ours), text, taken=False))

    def strange(self, ours: str, words: list[str]) -> None:
        for word in words:
            self.note(ours, f"“{word[:60]}” is nothing that can be chosen here")


def _entry(text: str, key: str) -> str:
    """One entry of a JSON object as text; a list as such; empty if there is none."""
    try:
        value = json.loads(text).get(key, "")
    except (ValueError, AttributeError):
        return ""
    if isinstance(value, list):
        return "; ".join(str(one) for one in value)
    return "" if value is None else str(value)
