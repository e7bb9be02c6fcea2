"""An insight of the desk becomes what everybody can read, and stops being it."""

from datetime import date, datetime

from sqlalchemy import delete

from portal import content
from portal.content import compose
from portal.db import db
from portal.insights import files
from portal.insights.models import Insight, Translation
from portal.insights.queries import board
from portal.staff.actions import audit
from portal.staff.models import Recruiter
from portal.writing import queries as writing
from portal.writing.actions import versions
from portal.writing.models import Piece
from portal.writing.queries.source import read


def publish(piece: Piece, day: date, by: Recruiter, now: datetime) -> Insight:
    """Make what the piece says now what everybody reads from `day` on. Raises ContentError: what there is to mend."""
    _say(piece, day, by, now)
    insight = files.settle(piece, now)
    audit.note(by, "insight.publish", piece.kind, piece.slug, now, day=day.isoformat())
    return insight


def unpublish(piece: Piece, by: Recruiter, now: datetime) -> None:
    """Take it off the site; its words stay at the desk, as a draft."""
    _say(piece, None, by, now)
    _take_off(piece.slug)
    audit.note(by, "insight.unpublish", piece.kind, piece.slug, now)


def remove(piece: Piece, by: Recruiter, now: datetime) -> None:
    """Take it off the site and out of the list. Its versions stay, but nobody is led to them any more."""
    piece.removed_at = now
    _take_off(piece.slug)
    audit.note(by, "insight.remove", piece.kind, piece.slug, now)


def _take_off(slug: str) -> None:
    insight = board.row_of(slug)
    if insight is None:
        return
    db.session.execute(delete(Translation).filter_by(kind=board.KIND, slug=slug))
    db.session.delete(insight)
    content.touch()
    db.session.flush()


def _say(piece: Piece, day: date | None, by: Recruiter, now: datetime) -> None:
    """Write the day, or that there is none, into its words, as a version."""
    version = writing.current(piece)
    source = read(version.text if version else "", piece.slug)
    if version is None or source.broken:
        return  # settling says what is wrong with it
    front = dict(source.front)
    if front.get("published") == (day.isoformat() if day else None):
        return
    order = ("title", "summary", "author", "interests", "published", "updated", "members_only")
    front["published"] = day.isoformat() if day else None
    keys = [*order, *(key for key in front if key not in order)]
    text = compose({key: front.get(key) for key in keys}, source.body)
    versions.save(piece, text, by, now, base_id=version.id)
