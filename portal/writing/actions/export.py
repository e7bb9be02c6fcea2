"""The desk's pieces as files where they belong, for git and as a backup: the same words are always the same bytes.

What is public goes into its kind's folder, what is still being written into `drafts/`: so nothing becomes public by
being copied, and a content folder with half a thought in it still passes its check.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy import select

from portal import content
from portal.db import db
from portal.writing import files
from portal.writing.actions import homes as homing
from portal.writing.actions.writing_out import Write
from portal.writing.models import DESK, Media, Piece, Version
from portal.writing.queries import homes

Live = Mapping[str, Mapping[tuple[str, str], str]]
"""By kind, where what is public may differ from what its author says now: the public text by slug and language."""
KEPT = "its words were not known: they are kept at the desk, beside the others"


@dataclass(frozen=True)
class Wanted:
    """A text that shall stand in a file."""

    piece: Piece
    language: str
    text: str
    draft: bool

    def path(self, folder: Path) -> Path:
        """Where."""
        return files.path_of(folder, self.piece.kind, self.piece.slug, self.language, draft=self.draft)


def plan(folder: Path, live: Live, now: datetime) -> list[Write]:
    """What to write so that the folder says what the desk says. Words that stand in a file which would be overwritten,
    and that the desk does not know, are kept there: commit before writing. Raises ContentError for such a file that
    cannot be read."""
    wanted = {one.path(folder): one for one in _sound(folder, list(_wanted(live)))}
    writes = []
    for kind in files.FOLDERS:
        pieces = {piece.slug: piece for piece in db.session.scalars(select(Piece).filter_by(kind=kind, home=DESK))}
        there = {found.path: found for found in files.find(folder, kind) if found.slug in pieces}
        for path in sorted({*there, *(path for path, one in wanted.items() if one.piece.kind == kind)}):
            found, one = there.get(path), wanted.get(path)
            piece = one.piece if one else pieces[path.stem.partition(".")[0]]
            language = one.language if one else (content.language_of(path) or "")
            new = found is not None and homing.keep_beside(piece, language, found.text, _latest(piece, language), now)
            write = Write.of(kind, path, found.text if found else None, one.text if one else None)
            writes.append(replace(write, note=KEPT) if new else write)
            if one and not language and not one.draft:
                piece.file_digest = homing.digest(one.text)
    db.session.flush()
    return writes


def _wanted(live: Live) -> Iterator[Wanted]:
    """What the desk says, and what of it is public where that differs."""
    for kind in files.FOLDERS:
        said = homes.said(kind)
        for piece in db.session.scalars(select(Piece).filter_by(kind=kind, home=DESK, removed_at=None)):
            for language, version in sorted(said[piece.id].items()):
                text = content.tidy(version.text)
                public = live[kind].get((piece.slug, language)) if kind in live else text
                if text and public:
                    yield Wanted(piece, language, content.tidy(public), draft=False)
                if text and text != public:
                    yield Wanted(piece, language, text, draft=True)


def _sound(folder: Path, wanted: list[Wanted]) -> list[Wanted]:
    """The same, with what would not pass the folder's check among the drafts. Tried out in a copy of the folder."""
    with TemporaryDirectory() as beside:
        copy = Path(beside) / "content"
        _copy(folder, copy)
        public = {str(one.path(copy)): one for one in wanted if not one.draft}
        drafts = [one for one in wanted if one.draft]
        for one in public.values():
            one.path(copy).parent.mkdir(parents=True, exist_ok=True)
            one.path(copy).write_bytes(one.text.encode())
        while broken := {problem.file for problem in content.check_all(copy)} & public.keys():
            for file in broken:
                one = public.pop(file)
                Path(file).unlink()
                if not any((each.piece, each.language) == (one.piece, one.language) for each in drafts):
                    drafts.append(replace(one, draft=True))
        return [*public.values(), *drafts]


def _copy(folder: Path, copy: Path) -> None:
    """The folder as it is without the files of what lives at the desk, and without what is in its pictures."""
    elsewhere = {kind: homes.at_desk(kind) for kind in files.FOLDERS}
    desk = {path for kind in files.FOLDERS for path, _ in files.paths(folder, kind)
            if path.stem.partition(".")[0] in elsewhere[kind]}  # fmt: skip
    for path in {path for kind in content.kinds() for path in content.files(folder, kind.pattern)} - desk:
        there = copy / path.relative_to(folder)
        there.parent.mkdir(parents=True, exist_ok=True)
        there.write_bytes(b"" if there.parent.name == "media" else path.read_bytes())
    for name in db.session.scalars(select(Media.name)):
        (copy / "media").mkdir(parents=True, exist_ok=True)
        (copy / "media" / name).touch()


def _latest(piece: Piece, language: str) -> Version | None:
    return homes.said(piece.kind, piece.id)[piece.id].get(language)
