"""Openings in `content/jobs/`: what their files say, and what is wrong with it."""

import hashlib
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import select

from portal import content
from portal.audience.files import interest_slugs, place_slugs, teams
from portal.content import NOTHING, ContentError, Desk, Problem, Text, near
from portal.db import db
from portal.jobs.files.front import JobFront
from portal.jobs.files.words import needs
from portal.jobs.models import Posting
from portal.jobs.queries.choices import choices
from portal.markdown import MarkdownError
from portal.writing.files.links import dead, rendered

KIND = "job"
Known = Mapping[str, Collection[str]]
"""What an opening may name, by the key of its front matter. Empty: that cannot be read, and others say why."""
_SEE = {
    "team": "nobody can choose the team {}: {}", "interests": "nobody can choose the interest {}: {}",
    "locations": "nobody can choose the place {}: {}", "process": "there is no process/{}.yml: {}",
}  # fmt: skip
_OTHERWISE = {
    "team": "see teams.yml", "interests": "see interests.yml", "locations": "see places.yml", "process": "write it",
}  # fmt: skip


@dataclass(frozen=True)
class Opening:
    """A file's text and what it looks like as a page."""

    text: Text
    html: str

    @property
    def front(self) -> JobFront:
        """Its front matter."""
        front: JobFront = self.text.front
        return front

    @property
    def digest(self) -> bytes:
        """Differs when anything differs: front matter, words, or how they are rendered."""
        return hashlib.sha256(f"{self.front!r}\0{self.text.body}\0{self.html}".encode()).digest()


def check(folder: Path, desk: Desk = NOTHING) -> list[Problem]:
    """Every mistake in the openings of a content folder."""
    return loaded(folder, desk)[1]


def late(folder: Path, now: datetime) -> list[Problem]:
    """What time alone made wrong: openings that are over, and whose files do not say so."""
    problems = []
    for path in content.files(folder / "jobs", "*.md"):
        try:
            text = content.read_text(path, JobFront)
        except ContentError:
            continue  # `check` says what is wrong with it
        front: JobFront = text.front
        if front.closes <= now and front.closed is None:
            mend = f"write `closed: {front.closes.date()}` below it, choose a later day, or take the file out"
            problems.append(text.at(("closes",), f"`closes` is over: {mend}"))
    return problems


def loaded(folder: Path, desk: Desk) -> tuple[list[Opening], list[Problem]]:
    """The openings of a content folder that can be read, and every mistake in all of them."""
    known, openings, problems = of_files(folder), list[Opening](), list[Problem]()
    for path in content.files(folder / "jobs", "*.md"):
        if content.language_of(path):
            words = "an opening is written in one language: give this a name and a file of its own"
            problems.append(Problem(str(path), 1, words))
            continue
        try:
            found, wrong = opening(folder, content.read_text(path, JobFront), known, desk)
        except ContentError as error:
            problems += error.problems
            continue
        openings += [found] if found else []
        problems += wrong
    return openings, problems


def opening(folder: Path, text: Text, known: Known, desk: Desk = NOTHING) -> tuple[Opening | None, list[Problem]]:
    """A text as an opening, if it can be one, and every mistake in it."""
    front: JobFront = text.front
    problems = [*unknown(text, known)]
    for need in needs(folder, front.title, text.body, front.questions):
        problems.append(text.at((need.key,), need.said) if need.key else text.problem(need.line or 1, need.said))
    try:
        html = rendered(text)
    except MarkdownError:
        return None, problems  # `needs` said why
    return Opening(text, html), problems + dead(folder, text, html, desk)


def unknown(text: Text, known: Known) -> Iterator[Problem]:
    """Teams, interests, places and ways of choosing somebody that there are not."""
    for key, there in known.items():
        said = getattr(text.front, key)
        many = [said] if isinstance(said, str) else said
        for i, slug in enumerate(many):
            if there and slug not in there:
                mend = near(slug, there, _OTHERWISE[key])
                yield text.at((key,) if isinstance(said, str) else (key, i), _SEE[key].format(slug, mend))


def of_files(folder: Path) -> Known:
    """What may be named, as the files of a folder have it."""
    try:
        groups = {entry.slug for entry in teams.load(folder).teams} or {""}
    except ContentError:
        groups = set()
    return {
        "team": groups, "interests": interest_slugs(folder), "locations": place_slugs(folder),
        "process": {path.stem for path in content.files(folder / "process", "*.yml")} or {""},
    }  # fmt: skip


def of_database() -> Known:
    """The same as it was brought in."""
    found = choices()
    return {
        "team": {slug for slug, _name in found.teams} or {""},
        "interests": {slug for group in found.interests.values() for slug, _name in group},
        "locations": {slug for slug, _name in found.places},
        "process": {slug for slug, _name in found.processes} or {""},
    }


def columns(one: Opening) -> dict[str, Any]:
    """What an opening's row says by itself: no slugs of other rows, nothing of how it came about."""
    front, pay = one.front, one.front.pay
    return {
        "title": front.title, "level": front.level, "work_modes": frozenset(front.work_modes),
        "pay_min": pay.min if pay else None, "pay_max": pay.max if pay else None,
        "pay_currency": pay.currency if pay else None, "pay_per": pay.per if pay else None,
        "pay_unsaid": front.pay_unsaid or "", "process": front.process, "vacancy": front.vacancy,
        "starts_on": front.starts, "publish_at": front.publish, "opens_at": front.publish + front.early_access,
        "closes_at": front.closes, "closed_at": front.closed, "apply_url": front.apply_url,
        "questions": list(front.questions), "source": one.text.body,
    }  # fmt: skip


def desk() -> Desk:
    """The addresses of every opening that there is, for links in what is written at the desk."""
    return {"jobs": set(db.session.scalars(select(Posting.slug)))}
