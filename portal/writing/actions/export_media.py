"""Pictures as files, and what each shows."""

from pathlib import Path

from sqlalchemy import select

from portal import content
from portal.db import db
from portal.writing.actions.writing_out import Write
from portal.writing.files import media
from portal.writing.models import Media

KIND = "picture"


def plan(folder: Path) -> list[Write]:
    """What to write so that the folder has every picture. Another that has its name stays. Raises ContentError."""
    writes = [_picture(folder, name) for name in db.session.scalars(select(Media.name).order_by(Media.name))]
    index = _index(folder)
    return [*writes, index] if index else writes


def _picture(folder: Path, name: str) -> Write:
    path = folder / media.FOLDER / name
    data = db.session.scalars(select(Media.data).filter_by(name=name)).one()
    before = path.read_bytes() if path.exists() else None
    if before is not None and before != data:
        return Write(KIND, path, before, data, True, "left alone, since it is another picture: rename it")
    return Write(KIND, path, before, data, before == data)


def _index(folder: Path) -> Write | None:
    """What pictures show: the desk's words for those of the desk, else the file's own."""
    path, said = folder / media.INDEX, media.index(folder)
    wanted = dict(said)
    for name, (alt, of_desk) in media.described().items():
        if of_desk or name not in wanted:
            wanted[name] = alt
    if wanted == said:
        return Write.of(KIND, path, "", "") if path.exists() else None
    entries = [{"file": name, "alt": alt} for name, alt in sorted(wanted.items())]
    before = content.read_source(path) if path.exists() else None
    return Write.of(KIND, path, before, content.compose_yaml({"pictures": entries}))
