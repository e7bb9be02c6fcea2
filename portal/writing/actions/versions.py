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


def start(kind: str, slug: str, text: str, by: Who, now: datetime) -> Piece:
    """Begin a piece at the desk, with its first words; `by` owns it. Raises TakenError."""
    row = insert_into(Piece).values(kind=kind, slug=slug, home=DESK, owner_id=_id(by), created_at=now)
    id = db.session.scalar(row.on_conflict_do_nothing().returning(Piece.id))
    if id is None:
        raise TakenError(slug)
    piece = db.session.get_one(Piece, id)
    _insert(piece, "", 1, "saved", text, by, None, now)
    return piece


def save(
    piece: Piece, text: str, by: Who, now: datetime, *, base_id: int | None, language: str = "", way: str = "saved"
) -> Saved:
    """Make `text` what the piece says, if what it says still is `base_id`, the version that its writer had before them.

    Else, or when its home is no longer the desk, the words are kept beside the line. `way`: saved, auto (by the editor
    itself; those of one writer become one) or restored. The same words twice are one version.
    """
    at_desk = _in_turn(piece)
    latest = current(piece, language)
    if at_desk and (latest is None or latest.id == base_id):
        return Saved(_next(piece, latest, text, by, now, language, way))
    if latest and latest.text == text:
        return Saved(latest)
    return Saved(_aside(piece, text, by, now, base_id, language, "conflict", way), latest)


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
    """Put words aside whose writer's session was over, for when they are back. None if the piece says that anyway."""
    _in_turn(piece)
    latest = current(piece, language)
    if latest and latest.text == text:
        return None
    rows = select(Version).filter_by(piece_id=piece.id, language=language, way="kept", recruiter_id=recruiter_id)
    last = db.session.scalar(rows.where(Version.settled_at.is_(None)).order_by(Version.id.desc()).limit(1))
    if last and last.text == text:
        return last
    if last and way == "auto" and _goes_on(last.text, last.at, text, now):
        last.text, last.at = text, now
        return last
    return _insert(piece, language, None, "kept", text, recruiter_id, _known(piece, base_id), now)


def settle(version: Version, now: datetime) -> None:
    """Say that somebody decided about words that stand beside the line. They stay in the history."""
    version.settled_at = version.settled_at or now


def _in_turn(piece: Piece) -> bool:
    """Wait until nobody else is saving this piece; whether its home is the desk."""
    return bool(changed(update(Piece).where(Piece.id == piece.id, Piece.home == DESK).values(home=Piece.home)))


def _next(piece: Piece, latest: Version | None, text: str, by: Who, now: datetime, language: str, way: str) -> Version:
    if latest and latest.text == text:
        if latest.way == "auto" and way == "saved" and latest.recruiter_id == _id(by):
            latest.way = way
        return latest
    number = (latest.number or 0) + 1 if latest else 1
    own = latest and latest.way == way == "auto" and latest.recruiter_id == _id(by)
    if latest and own and _goes_on(latest.text, latest.at, text, now):
        version = _insert(piece, language, number, way, text, by, latest.base_id, now)
        later = aliased(Version)
        used = select(later.id).where(later.base_id == latest.id).exists()
        # Another row with another id: whoever has the old one before them has not seen these words.
        db.session.execute(delete(Version).where(Version.id == latest.id, ~used))
        return version
    return _insert(piece, language, number, way, text, by, latest.id if latest else None, now)


def _goes_on(before: str, at: datetime, text: str, now: datetime) -> bool:
    """Whether a save by the editor itself may take the place of the one before it."""
    slots = {int(when.timestamp() // SLOT.total_seconds()) for when in (at, now)}
    return len(slots) == 1 and len(before) - len(text) <= SHRUNK


def _aside(
    piece: Piece, text: str, by: Who, now: datetime, base_id: int | None, language: str, kind: str, way: str
) -> Version:
    base = db.session.get(Version, base_id) if base_id else None
    own = base and base.piece_id == piece.id and base.way == kind and base.recruiter_id == _id(by)
    if base and own and way == "auto" and not base.settled_at and _goes_on(base.text, base.at, text, now):
        base.text, base.at = text, now
        return base
    return _insert(piece, language, None, kind, text, by, _known(piece, base_id), now)


def _known(piece: Piece, base_id: int | None) -> int | None:
    return db.session.scalar(select(Version.id).filter_by(id=base_id, piece_id=piece.id)) if base_id else None


def _insert(
    piece: Piece, language: str, number: int | None, way: str, text: str, by: Who, base_id: int | None, now: datetime
) -> Version:
    version = Version(
        piece_id=piece.id, language=language, number=number, way=way, text=text, recruiter_id=_id(by), base_id=base_id,
        at=now,
    )  # fmt: skip
    db.session.add(version)
    db.session.flush()
    return version


def _id(by: Who) -> int | None:
    return by.id if isinstance(by, Recruiter) else by
