"""An opening of the desk: told to members from a time on, closed, opened again. None of it tells anybody twice."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from portal import content
from portal.config import settings
from portal.content import NOTHING, ContentError, compose, parse_text
from portal.db import db
from portal.jobs import files
from portal.jobs.files.front import KEYS, JobFront
from portal.jobs.files.postings import of_database, opening
from portal.jobs.files.rows import take_off
from portal.jobs.files.settling import linked, said_by
from portal.jobs.models import Posting
from portal.jobs.queries.board import row_of
from portal.staff.actions import audit
from portal.staff.models import Recruiter
from portal.writing import queries as writing
from portal.writing.actions import versions
from portal.writing.models import Piece
from portal.writing.queries.source import read


@dataclass(frozen=True)
class Plan:
    """From when members hear of an opening, how much earlier than everybody else, and until when people can apply."""

    publish: datetime
    early: timedelta
    closes: datetime

    def front(self) -> dict[str, Any]:
        """The same as front matter."""
        hours = int(self.early.total_seconds() // 3600)
        return {"publish": self.publish, "early_access": f"{hours}h" if hours else None, "closes": self.closes}


def publish(piece: Piece, plan: Plan, by: Recruiter, now: datetime) -> Posting:
    """Make what the piece says now what members hear of from the plan's time on. Raises ContentError: what there is to
    mend first."""
    _say(piece, {**plan.front(), "closed": None}, by, now)
    row = files.settle(piece, now)
    audit.note(by, "opening.publish", "job", piece.slug, now, on=plan.publish.date().isoformat())
    return row


def publish_changes(piece: Piece, by: Recruiter, now: datetime) -> Posting:
    """Make what the piece says now what everybody reads; its times stay. Raises ContentError."""
    before = row_of(piece.slug)
    row = files.settle(piece, now)
    audit.note(by, "opening.change", "job", piece.slug, now, before=before.title if before else "", after=row.title)
    return row


def is_public(piece: Piece) -> bool:
    """Whether what the piece says now is what everybody reads, or will read."""
    row, latest = row_of(piece.slug), writing.current(piece)
    try:
        text = parse_text(latest.text if latest else "", JobFront, slug=piece.slug)
    except ContentError:
        return False
    one, _ = opening(settings().content_dir, text, {}, NOTHING)
    return row is not None and one is not None and one.digest == row.digest


def close(piece: Piece, row: Posting, by: Recruiter, now: datetime) -> None:
    """Nobody can apply any more. Nobody is mailed about it."""
    _amend(piece, row, {"closed": _closing(row, now)}, by, now, checked=False)
    audit.note(by, "opening.close", "job", piece.slug, now)


def reopen(piece: Piece, row: Posting, closes: datetime, by: Recruiter, now: datetime) -> None:
    """Let people apply again, until another time. Whoever heard of it before does not hear again. Raises
    ContentError."""
    _amend(piece, row, {"closed": None, "closes": closes}, by, now, checked=True)
    audit.note(by, "opening.reopen", "job", piece.slug, now)


def take_back(piece: Piece, by: Recruiter, now: datetime) -> None:
    """Make it a draft again, while nobody has heard of it."""
    _say(piece, {"publish": None}, by, now)
    _off(piece, now)
    audit.note(by, "opening.take_back", "job", piece.slug, now)


def remove(piece: Piece, by: Recruiter, now: datetime) -> None:
    """Take a draft out of the list. Its versions stay, but nobody is led to them any more."""
    piece.removed_at = now
    _off(piece, now)
    audit.note(by, "opening.remove", "job", piece.slug, now)


def _closing(row: Posting, now: datetime) -> datetime:
    """Now, in whole seconds unless it was opened in this very one: what was never open is not closed but absent."""
    whole = now.replace(microsecond=0)
    return whole if row.opens_at is None or whole > row.opens_at else now


def _off(piece: Piece, now: datetime) -> None:
    if row := row_of(piece.slug):
        take_off(row, now)


def _amend(
    piece: Piece, row: Posting, values: Mapping[str, Any], by: Recruiter, now: datetime, *, checked: bool
) -> None:  # fmt: skip
    """Change some keys of what everybody reads, and of the words at the desk, which may be ahead of it. Raises
    ContentError."""
    latest = writing.current(piece)
    if latest is None:
        raise ValueError("It has no words.")
    found = said_by(row, piece)
    public = _with(found[1] if found else latest.text, piece.slug, values)
    text = parse_text(public, JobFront, slug=piece.slug, file=f"{piece.slug}.md")
    known, there = (of_database(), linked()) if checked else ({}, NOTHING)
    one, problems = opening(settings().content_dir, text, known, there)
    if one is None or (checked and problems):
        raise ContentError(sorted(set(problems)))
    said = latest.text
    saved = versions.save(piece, public, by, now, base_id=latest.id).version
    if found and found[1] != said:  # the words at the desk stay ahead
        versions.save(piece, _with(said, piece.slug, values), by, now, base_id=saved.id)
    if found:
        row.digest = one.digest
    row.closes_at, row.closed_at, row.changed_at = one.front.closes, one.front.closed, now
    content.touch()


def _say(piece: Piece, values: Mapping[str, Any], by: Recruiter, now: datetime) -> None:
    version = writing.current(piece)
    if version is None or read(version.text, piece.slug).broken:
        return  # settling says what is wrong with it
    text = _with(version.text, piece.slug, values)
    if text != version.text:
        versions.save(piece, text, by, now, base_id=version.id)
        db.session.flush()


def _with(text: str, slug: str, values: Mapping[str, Any]) -> str:
    """A text with some keys changed; as it was, if it cannot be read."""
    source = read(text, slug)
    if source.broken:
        return text
    front = {**source.front, **values}
    keys = [*KEYS, *(key for key in front if key not in KEYS)]
    return compose({key: front.get(key) for key in keys}, source.body)


def close_listed(posting: Posting, by: Recruiter, now: datetime) -> None:
    """The same with an opening that comes from a board: it stays closed, although the board lists it."""
    posting.closed_at, posting.changed_at = _closing(posting, now), now
    posting.misses = 0  # what the board closed, it opens again
    content.touch()
    audit.note(by, "opening.close", "job", posting.slug, now)


def reopen_listed(posting: Posting, closes: datetime, by: Recruiter, now: datetime) -> None:
    """Let people apply again to an opening that comes from a board."""
    posting.closed_at, posting.closes_at, posting.changed_at, posting.misses = None, closes, now, 0
    content.touch()
    audit.note(by, "opening.reopen", "job", posting.slug, now)
