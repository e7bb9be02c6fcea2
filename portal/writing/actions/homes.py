"""Every piece has one home: a file in the content folder, or the desk. Its words are taken from there, and no others
overwrite them; whatever is found elsewhere is kept beside them."""

import hashlib
from collections.abc import Iterable, Mapping
from datetime import datetime
from itertools import groupby
from pathlib import Path

from sqlalchemy import select, update

from portal import content
from portal.config import settings
from portal.content import Synced
from portal.db import changed, db
from portal.languages import gettext as _
from portal.staff.actions import audit
from portal.staff.models import Recruiter
from portal.writing import files
from portal.writing.files import Found
from portal.writing.models import DESK, FILE, Piece, Version
from portal.writing.queries import homes

BESIDE = "differs from the desk: its words are kept there, beside the others"


class HomeError(Exception):
    """Why a piece can't move, in a sentence that says what to do."""


def record(folder: Path, kind: str, now: datetime) -> list[Synced]:
    """Keep the texts of a kind's files as versions of their pieces. Raises ContentError for a file that is no text.

    A piece whose home is the desk stays as it is. One whose file is gone is removed, and lives again with its file.
    """
    pieces = {piece.slug: piece for piece in db.session.scalars(select(Piece).filter_by(kind=kind))}
    said = homes.said(kind)
    done: list[Synced] = []
    for slug, group in groupby(files.find(folder, kind), key=lambda found: found.slug):
        found, piece = list(group), pieces.pop(slug, None)
        if piece is None:
            piece = Piece(kind=kind, slug=slug, home=FILE, created_at=now)
            db.session.add(piece)
            db.session.flush()
        lines = said.get(piece.id, {})
        if piece.home == FILE and _lock(piece, FILE):
            done += _follow(piece, found, lines, now)
        else:
            done += _compare(piece, found, lines, now)
    for piece in pieces.values():
        if piece.home == FILE and piece.removed_at is None and _lock(piece, FILE):
            piece.removed_at = now
            done.append(Synced(kind, piece.slug, "removed"))
    db.session.flush()
    return done


def merged(rows: Iterable[Synced], pieces: Iterable[Synced]) -> list[Synced]:
    """What became of a kind's rows and of its pieces, each file once. Where only the text changed, that counts too."""
    by_name = {one.slug: one for one in rows}
    for one in pieces:
        row = by_name.get(one.slug)
        if row is None or (row.change == "same" and one.change != "new"):
            by_name[one.slug] = one
    return list(by_name.values())


def move_to_desk(piece: Piece, by: Recruiter | int | None, now: datetime) -> None:
    """From now on it is edited at the desk, in every language; its file is no longer read. One whose file was removed
    lives again."""
    if _lock(piece, FILE, DESK):
        piece.removed_at = None
        audit.note(by, "piece.move", piece.kind, piece.slug, now, home=DESK)


def hand_back(piece: Piece, by: Recruiter | int | None, now: datetime, folder: Path | None = None) -> None:
    """Make its file its home again, in every language. Raises HomeError unless the file says what the desk says; then
    nothing is changed once the caller rolls back. `folder`: another than the settings'."""
    if not _lock(piece, DESK, FILE):
        return
    folder = folder or settings().content_dir
    there = {one.language: one for one in files.find(folder, piece.kind) if one.slug == piece.slug}
    here = homes.texts(piece)
    for language in sorted({*there, *here}):
        file = files.path_of(folder, piece.kind, piece.slug, language).relative_to(folder)
        if language not in there:
            raise HomeError(
                _("There is no file %(file)s yet. Run “portal content export”, then hand it back.", file=file)
            )
        if there[language].text != content.tidy(here.get(language, "")):
            raise HomeError(
                _("The file %(file)s says something else. Run “portal content export”, which writes these words "
                  "into it, then hand it back.", file=file)
            )  # fmt: skip
    audit.note(by, "piece.move", piece.kind, piece.slug, now, home=FILE)


def keep_beside(piece: Piece, language: str, text: str, base: Version | None, now: datetime) -> bool:
    """Keep words of a file beside the line, unless the piece's history has them. Returns whether it had not."""
    if homes.knows(piece, language, text):
        return False
    _add(piece, language, None, text, base, now)
    return True


def digest(text: str) -> bytes:
    """By which a file is known again (`Piece.file_digest`)."""
    return hashlib.sha256(text.encode()).digest()


def _lock(piece: Piece, home: str, to: str | None = None) -> bool:
    """Wait until nobody else changes where it lives or what it says; whether it lives there. `to`: and move it."""
    db.session.flush()
    row = update(Piece).where(Piece.id == piece.id, Piece.home == home).values(home=to or home)
    found = bool(changed(row))
    db.session.refresh(piece, ["home"])
    return found


def _follow(piece: Piece, found: list[Found], lines: Mapping[str, Version], now: datetime) -> list[Synced]:
    """Its files are its home: make it say what they say."""
    back, done = piece.removed_at is not None, []
    piece.removed_at = None
    for language, group in groupby(found, key=lambda one: one.language):
        *earlier, last = [one.text for one in group]
        latest = lines.get(language)
        for text in earlier:  # published, where a draft stands beside it
            if latest is None or not homes.knows(piece, language, text):
                latest = _next(piece, language, text, latest, now)
        before = lines.get(language)
        new = back or before is None or not before.text
        if latest is None or latest.text != last:
            latest = _next(piece, language, last, latest, now)
        change = "new" if new else "same" if latest is before else "changed"
        done.append(Synced(piece.kind, files.name_of(piece.slug, language), change))
        if not language:
            piece.file_digest = digest(last)
    for language in sorted(lines.keys() - {one.language for one in found}):
        if lines[language].text:
            _next(piece, language, "", lines[language], now)
            done.append(Synced(piece.kind, files.name_of(piece.slug, language), "removed"))
    return done


def _compare(piece: Piece, found: list[Found], lines: Mapping[str, Version], now: datetime) -> list[Synced]:
    """The desk is its home: keep words of its files that it does not know."""
    done: dict[str, Synced] = {}
    for one in found:
        latest = lines.get(one.language)
        keep_beside(piece, one.language, one.text, latest, now)
        name = files.name_of(one.slug, one.language)
        note = "" if _in_line(piece, one.language, one.text) else BESIDE
        if note or name not in done:
            done[name] = Synced(piece.kind, name, "desk", note)
    return list(done.values())


def _in_line(piece: Piece, language: str, text: str) -> bool:
    same = select(Version.id).where(
        Version.piece_id == piece.id, Version.language == language, Version.text == text, Version.number.is_not(None)
    )
    return db.session.scalar(same.limit(1)) is not None


def _next(piece: Piece, language: str, text: str, latest: Version | None, now: datetime) -> Version:
    return _add(piece, language, (latest.number or 0) + 1 if latest else 1, text, latest, now)


def _add(piece: Piece, language: str, number: int | None, text: str, base: Version | None, now: datetime) -> Version:
    version = Version(
        piece_id=piece.id, language=language, number=number, way="file", text=text, at=now,
        base_id=base.id if base else None,
    )  # fmt: skip
    db.session.add(version)
    db.session.flush()
    return version
