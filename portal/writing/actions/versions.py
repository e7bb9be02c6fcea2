"""Keeping words: every save is a version, none overwrites another, and whoever was overtaken finds theirs beside it."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, select, update
from sqlalchemy.orm import aliased

from portal.db import changed, db, insert_into
from portal.staff.models import Recruiter
from portal.writing.models import DESK, Piece, Version
from portal.writing.queries import current

SLOT = timedelta(minutes=10)
"""Saves that the editor makes by itself become one version for each such stretch of time."""
SHRUNK = 200
"""Characters by which a text may get shorter in such a version; where more went, what was there before stays."""
Who = Recruiter | int | None


class TakenError(ValueError):
    """There is a piece of that kind with that slug already."""


@dataclass(frozen=True)
class Saved:
    """What became of a save. `version` holds the words; it stands beside the line where `conflict`, a colleague's
    version, came before them, or where the piece's home is no longer the desk."""

    version: Version
    conflict: Version | None = None

    @property
    def won(self) -> bool:
        """Whether the piece says these words now."""
        return self.version.number is not None


@dataclass(frozen=True)
class _Words:
    """Words that came in, and all that is known of how they came."""

    piece: Piece
    language: str
    way: str
    text: str
    by: int | None
    base_id: int | None
    page: str | None
    now: datetime

    def row(self, number: int | None, way: str | None = None, base_id: int | None = None) -> Version:
        version = Version(
            piece_id=self.piece.id, language=self.language, number=number, way=way or self.way, text=self.text,
            recruiter_id=self.by, base_id=base_id, at=self.now, page=self.page,
            grows=self.way == "auto",
        )  # fmt: skip
        db.session.add(version)
        db.session.flush()
        return version

    def goes_on(self, before: Version) -> bool:
        """Whether these words, which the editor saved by itself, may take the place of the ones before them."""
        slots = {int(when.timestamp() // SLOT.total_seconds()) for when in (before.at, self.now)}
        own = before.grows and self.way == "auto" and before.recruiter_id == self.by
        return own and len(slots) == 1 and len(before.text) - len(self.text) <= SHRUNK


def start(kind: str, slug: str, text: str, by: Who, now: datetime) -> Piece:
    """Begin a piece at the desk, with its first words; `by` owns it. Raises TakenError."""
    row = insert_into(Piece).values(kind=kind, slug=slug, home=DESK, owner_id=_id(by), created_at=now)
    id = db.session.scalar(row.on_conflict_do_nothing().returning(Piece.id))
    if id is None:
        raise TakenError(slug)
    piece = db.session.get_one(Piece, id)
    _Words(piece, "", "saved", text, _id(by), None, None, now).row(1)
    return piece


def save(
    piece: Piece,
    text: str,
    by: Who,
    now: datetime,
    *,
    base_id: int | None,
    language: str = "",
    way: str = "saved",
    page: str | None = None,
) -> Saved:
    """Make `text` what the piece says, if what it says still is `base_id`, the version that its writer had before them.

    Else, or when its home is no longer the desk, the words are kept beside the line. `way`: saved, auto (by the editor
    itself; those of one writer become one) or restored. `page`: the opened page of an editor that they come from; what
    came from the same page does not overtake it. The same words twice are one version.
    """
    words = _Words(piece, language, way, text, _id(by), base_id, page, now)
    at_desk = _in_turn(piece)
    latest = current(piece, language)
    own = latest is not None and page is not None and latest.page == page and latest.recruiter_id == words.by
    late = own and way == "auto" and latest is not None and latest.way != "auto" and latest.id != base_id
    if at_desk and not late and (latest is None or latest.id == base_id or own):
        return Saved(_next(words, latest))
    if latest and latest.text == text:
        return Saved(latest)
    aside = _aside(words)
    if late:  # the editor's own, on its way when its page saved something newer: there is nothing to decide
        aside.settled_at = now
        return Saved(aside)
    return Saved(aside, latest)


def restore(piece: Piece, version: Version, by: Who, now: datetime) -> Version:
    """Have the piece say again what it said in a version: a new one, after all that came since."""
    latest = current(piece, version.language)
    base_id = latest.id if latest else None
    return save(piece, version.text, by, now, base_id=base_id, language=version.language, way="restored").version


def keep(
    piece: Piece,
    text: str,
    recruiter_id: int,
    now: datetime,
    language: str = "",
    *,
    base_id: int | None = None,
    way: str = "saved",
) -> Version | None:
    """Put words aside whose writer's session was over, for when they are back. None if the piece says that anyway.

    `way`: saved, or auto for what the editor sent by itself.
    """
    words = _Words(piece, language, way, text, recruiter_id, base_id, None, now)
    _in_turn(piece)
    latest = current(piece, language)
    if latest and latest.text == text:
        return None
    rows = select(Version).filter_by(piece_id=piece.id, language=language, way="kept", recruiter_id=recruiter_id)
    last = db.session.scalar(rows.where(Version.settled_at.is_(None)).order_by(Version.id.desc()).limit(1))
    if last and last.text == text:
        return last
    if last and words.goes_on(last):
        last.text, last.at = text, now
        return last
    base = _base(words)
    return words.row(None, "kept", base.id if base else None)


def settle(version: Version, now: datetime) -> None:
    """Say that somebody decided about words that stand beside the line. They stay in the history."""
    version.settled_at = version.settled_at or now


def _in_turn(piece: Piece) -> bool:
    """Wait until nobody else is saving this piece; whether its home is the desk."""
    return bool(changed(update(Piece).where(Piece.id == piece.id, Piece.home == DESK).values(home=Piece.home)))


def _next(words: _Words, latest: Version | None) -> Version:
    """The next of the line. The number is the guard: the database takes each only once."""
    if latest is None:
        return words.row(1)
    if latest.text == words.text:
        if latest.way == "auto" and words.way == "saved" and latest.recruiter_id == words.by:
            latest.way, latest.grows = words.way, False
        return latest
    number = (latest.number or 0) + 1
    if words.goes_on(latest):
        version = words.row(number, base_id=latest.base_id)
        later = aliased(Version)
        used = select(later.id).where(later.base_id == latest.id).exists()
        # Another row with another id: whoever has the old one before them has not seen these words.
        db.session.execute(delete(Version).where(Version.id == latest.id, ~used))
        return version
    return words.row(number, base_id=latest.id)


def _aside(words: _Words) -> Version:
    base = _base(words)
    if base and base.way == "conflict" and base.settled_at is None and words.goes_on(base):
        base.text, base.at = words.text, words.now
        return base
    return words.row(None, "conflict", base.id if base else None)


def _base(words: _Words) -> Version | None:
    """What its writer had before them, if it is still there."""
    base = db.session.get(Version, words.base_id) if words.base_id else None
    return base if base and base.piece_id == words.piece.id else None


def _id(by: Who) -> int | None:
    return by.id if isinstance(by, Recruiter) else by
