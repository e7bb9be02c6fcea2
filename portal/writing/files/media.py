"""Pictures in `content/media/`, each described in `content/media.yml` for who does not see it."""

import hashlib
import io
import re
import warnings
from datetime import datetime
from pathlib import Path
from typing import Annotated

from PIL import Image, UnidentifiedImageError
from pydantic import Field
from sqlalchemy import select

from portal import content
from portal.content import ContentError, Front, Problem, Synced, near
from portal.db import db
from portal.writing.actions.media import MOST_BYTES, MOST_PIXELS, TYPES
from portal.writing.models import Media
from portal.writing.queries.media import picture

FOLDER, INDEX = "media", "media.yml"
_NAME = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*\.(png|jpg|webp)")


class Entry(Front):
    """One picture. `alt`: what it shows."""

    file: Annotated[str, Field(min_length=1, max_length=80)]
    alt: Annotated[str, Field(min_length=1, max_length=300)]


class Index(Front):
    """The file."""

    pictures: tuple[Entry, ...] = ()


def index(folder: Path) -> dict[str, str]:
    """What each picture shows, by its name; nothing without the file. Raises ContentError."""
    path = folder / INDEX
    read = content.read_yaml(path, Index) if path.exists() else Index()
    return {entry.file: entry.alt for entry in read.pictures}


def check_index(folder: Path) -> list[Problem]:
    """Every mistake in what is said about pictures."""
    path = folder / INDEX
    if not path.exists():
        return []
    try:
        said = [entry.file for entry in content.read_yaml(path, Index).pictures]
    except ContentError as error:
        return error.problems
    there, problems = {path.name for path in content.files(folder / FOLDER, "*")}, []
    for i, name in enumerate(said):
        line = content.line_of(path, ("pictures", i, "file"))
        if name in said[:i]:
            problems.append(Problem(str(path), line, f"{name} stands twice: take one of them out"))
        elif name not in there:
            mend = near(name, there, "add it, or take this out")
            problems.append(Problem(str(path), line, f"there is no picture {FOLDER}/{name}: {mend}"))
    return problems


def check(folder: Path) -> list[Problem]:
    """Every mistake in the pictures themselves."""
    try:
        said = index(folder)
    except ContentError:
        said = None  # whoever checks that file says so
    found = [(path, _wrong(path, said)) for path in content.files(folder / FOLDER, "*") if path.name[0] != "."]
    return [Problem(str(path), 1, words) for path, words in found if words]


def sync(folder: Path, now: datetime) -> list[Synced]:
    """Bring pictures in as they are, byte by byte. Raises ContentError for one that differs from what its name shows
    already: everybody's browser keeps that for a year."""
    said, done = index(folder), []
    for path in content.files(folder / FOLDER, "*"):
        if path.name in said:
            done.append(_bring(path, said[path.name], now))
    db.session.flush()
    return done


def _bring(path: Path, alt: str, now: datetime) -> Synced:
    data, row = path.read_bytes(), picture(path.name)
    if row is None:
        with Image.open(io.BytesIO(data)) as opened:
            kind, (width, height) = TYPES[str(opened.format)], opened.size
        row = Media(name=path.name, type=kind, width=width, height=height, alt=alt, data=data, created_at=now)
        row.digest = hashlib.sha256(data).digest()
        db.session.add(row)
        return Synced("picture", path.name, "new")
    if row.data != data:
        words = "a picture with this name is there already, and stays: give this one another name"
        raise ContentError([Problem(str(path), 1, words)])
    if row.alt == alt:
        return Synced("picture", path.name, "same")
    if row.recruiter_id is not None:
        return Synced("picture", path.name, "desk", "described otherwise at the desk")
    row.alt = alt
    return Synced("picture", path.name, "changed")


def _wrong(path: Path, said: dict[str, str] | None) -> str | None:
    """What is wrong with a picture's file, and the mend."""
    if not _NAME.fullmatch(path.name) or len(path.name) > 80:
        return "its name becomes its address: use only a-z, 0-9 and -, and .png, .jpg or .webp at the end"
    if said is not None and path.name not in said:
        return f"nobody says what it shows: add `- {{file: {path.name}, alt: …}}` under `pictures:` in {INDEX}"
    if path.stat().st_size > MOST_BYTES:
        return f"the picture is larger than {MOST_BYTES // 1024 // 1024} MB: save it smaller"
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            return _unfit(path)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning, MemoryError):
        return _LARGE
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, IndexError, TypeError, KeyError):
        return "the picture is damaged, or none: save it again as PNG, JPEG or WebP"


_LARGE = f"the picture has more than {MOST_PIXELS // 1_000_000} million pixels: save it smaller"


def _unfit(path: Path) -> str | None:
    with Image.open(path, formats=list(TYPES)) as opened:
        if opened.size[0] * opened.size[1] > MOST_PIXELS:
            return _LARGE
        ending = TYPES[str(opened.format)]
        if path.suffix != f".{ending}":
            return f"the picture is of another type than its name says: rename it to {path.stem}.{ending}"
        if opened.getexif():
            return "it tells with what and perhaps where it was taken: bring it in at the desk, which removes that"
        opened.load()
    return None


def described() -> dict[str, tuple[str, bool]]:
    """Each picture's words and whether they were written at the desk, by its name."""
    rows = db.session.execute(select(Media.name, Media.alt, Media.recruiter_id).order_by(Media.name))
    return {name: (alt, recruiter_id is not None) for name, alt, recruiter_id in rows}
