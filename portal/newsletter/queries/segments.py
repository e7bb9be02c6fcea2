"""Which newsletters name a segment, and what went to it."""

import re
from collections import defaultdict
from datetime import datetime

from sqlalchemy import and_, func, select

from portal.audience.queries.uses import Use
from portal.db import db
from portal.newsletter.models import Campaign, Issue
from portal.writing.models import DESK, Piece, Version

HEAD = 4_000
"""Characters of a newsletter in which its front matter has to end, to be read here."""
_FRONT = re.compile(r"---[ \t]*\n(.*?)^---[ \t]*$", re.DOTALL | re.MULTILINE)
_NAMED = re.compile(r"""^(segment|subject):[ \t]*["']?(.*?)["']?[ \t]*$""", re.MULTILINE)


def uses(now: datetime) -> dict[str, list[Use]]:
    """By segment: sendings, the newest first, then newsletters that name it; in three statements."""
    found: dict[str, list[Use]] = defaultdict(list)
    sent = select(Campaign.segment, Campaign.id, Campaign.subject, Campaign.send_at)
    for slug, id, subject, at in db.session.execute(
        sent.where(Campaign.cancelled_at.is_(None)).order_by(Campaign.send_at.desc())
    ):
        found[slug].append(Use(subject, f"/desk/campaigns/{id}", at, binds=at > now))
    for slug, issue, subject in [*_of_files(), *_at_desk()]:
        found[slug].append(Use(subject, f"/desk/newsletters/{issue}"))
    return found


def _of_files() -> list[tuple[str, str, str]]:
    """Segment, slug and subject of the newsletters that are files."""
    piece = and_(Piece.kind == "issue", Piece.slug == Issue.slug)
    rows = select(Issue.segment, Issue.slug, Issue.subject, Piece.home, Piece.removed_at).outerjoin(Piece, piece)
    found = db.session.execute(rows.order_by(Issue.slug))
    return [(segment, slug, subject) for segment, slug, subject, home, gone in found if home != DESK and not gone]


def _at_desk() -> list[tuple[str, str, str]]:
    """The same of those at the desk, out of what they say now."""
    last = (
        select(func.max(Version.number))
        .where(Version.piece_id == Piece.id, Version.language == "")
        .correlate(Piece)
        .scalar_subquery()
    )
    words = and_(Version.piece_id == Piece.id, Version.language == "", Version.number == last)
    rows = select(Piece.slug, func.substr(Version.text, 1, HEAD)).join(Version, words)
    rows = rows.where(Piece.kind == "issue", Piece.home == DESK, Piece.removed_at.is_(None)).order_by(Piece.slug)
    found = []
    for slug, text in db.session.execute(rows):
        front = _FRONT.match(text)
        said = dict(_NAMED.findall(front[1])) if front else {}
        if said.get("segment"):
            found.append((said["segment"], slug, said.get("subject") or slug))
    return found
