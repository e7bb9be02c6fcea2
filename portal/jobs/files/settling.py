"""An opening of the desk: its words become what members hear of and everybody reads, after a file's checks."""

from collections.abc import Iterator
from datetime import datetime

from sqlalchemy import select

from portal.config import settings
from portal.content import NOTHING, ContentError, Problem, Synced, Text, parse_text, touch
from portal.db import db
from portal.jobs.files.front import JobFront
from portal.jobs.files.postings import KIND, Opening, columns, desk, of_database, opening
from portal.jobs.files.rows import TakenError, write
from portal.jobs.models import Posting
from portal.writing.models import DESK, Piece, Version
from portal.writing.queries import current


def settle(piece: Piece, now: datetime) -> Posting:
    """Make what a piece of the desk says now the opening that members hear of from its time on.

    Raises ContentError, whose problems name the file that it would be ("x.md").
    """
    one = checked(piece)
    try:
        write([one], now)
    except TakenError:
        words = "an opening from a board has this address: begin a new one under another"
        raise ContentError([Problem(f"{piece.slug}.md", 1, words)]) from None
    return db.session.scalars(select(Posting).filter_by(slug=piece.slug)).one()


def checked(piece: Piece) -> Opening:
    """What a piece says now as an opening. Raises ContentError."""
    latest = current(piece)
    if latest is None or not latest.text.strip():
        raise ContentError([Problem(f"{piece.slug}.md", 1, "there are no words yet: write them")])
    there = linked()
    there["jobs"] = {*there["jobs"], piece.slug}  # it may name itself
    found, problems = opening(settings().content_dir, _parsed(piece.slug, latest.text), of_database(), there)
    if problems or found is None:
        raise ContentError(sorted(set(problems)))
    return found


def linked() -> dict[str, set[str]]:
    """What of the desk an opening may lead to: whatever is written there, other openings, pictures."""
    folders = {"insight": "insights", "issue": "issues"}
    said: dict[str, set[str]] = {"insights": set(), "issues": set(), **{k: set(v) for k, v in desk().items()}}
    rows = select(Piece.kind, Piece.slug).filter_by(home=DESK, removed_at=None).where(Piece.kind.in_(folders))
    for kind, slug in db.session.execute(rows):
        said[folders[kind]].add(slug)
    return said


def live() -> dict[tuple[str, str], str]:
    """The texts of the desk's openings as everybody reads them, by slug and language: the last version of each that
    says what its row says."""
    return {(row.slug, ""): source for row, _, source in _live()}


def anew() -> list[Synced]:
    """Render those again whose links lead to where our pages were before. Nobody's words change."""
    done = []
    for row, one, _ in _live():
        if row.digest != one.digest:
            row.html, row.digest = one.html, one.digest
            done.append(Synced(KIND, row.slug, "changed"))
    if done:
        touch()
    return done


def said_by(row: Posting, piece: Piece) -> tuple[Opening, str] | None:
    """The opening that a row was made of, and its text, among the versions of its piece; None if none of them is it."""
    lines = select(Version.text).where(
        Version.piece_id == piece.id, Version.language == "", Version.number.is_not(None)
    )
    sources = db.session.scalars(lines.order_by(Version.number.desc())).all()
    for same in (_exactly, _as_read):
        for source in sources:
            try:
                one, _ = opening(settings().content_dir, _parsed(piece.slug, source), {}, NOTHING)
            except ContentError:
                continue
            if one and same(row, one):
                return one, source
    return None


def _exactly(row: Posting, one: Opening) -> bool:
    return row.digest == one.digest


def _as_read(row: Posting, one: Opening) -> bool:
    """Whether a row was made of this text while our pages had another address."""
    return all(getattr(row, name) == value for name, value in columns(one).items())


def _live() -> Iterator[tuple[Posting, Opening, str]]:
    rows = select(Posting, Piece).join(Piece, (Piece.slug == Posting.slug) & (Piece.kind == KIND))
    living = rows.where(Piece.home == DESK, Piece.removed_at.is_(None), Posting.board_id.is_(None))
    for row, piece in db.session.execute(living).all():
        if found := said_by(row, piece):
            yield row, *found


def _parsed(slug: str, source: str) -> Text:
    return parse_text(source, JobFront, slug=slug, file=f"{slug}.md")
