"""Which newsletters name a segment, and what went to it."""

import re
from collections import defaultdict
from datetime import datetime
from typing import Any

from sqlalchemy import Select, String, Text, and_, cast, func, literal, null, or_, select, union_all

from portal.audience.queries.uses import Use
from portal.db import db
from portal.newsletter.models import Campaign, Issue
from portal.writing.models import DESK, Piece, Version

HEAD = 4_000
"""Characters of a newsletter in which its front matter has to end, to be read here."""
_FRONT = re.compile(r"---[ \t]*\n(.*?)^---[ \t]*$", re.DOTALL | re.MULTILINE)
_KEYS = re.compile(r"""^(segment|subject):[ \t]*["']?(.*?)["']?[ \t]*$""", re.MULTILINE)


def uses(now: datetime) -> dict[str, list[Use]]:
    """By segment: sendings, the newest first, then newsletters that name it; in one statement."""
    found: dict[str, list[Use]] = defaultdict(list)
    rows = db.session.execute(union_all(_sent(), _of_files(), _at_desk())).all()
    sent = sorted((row for row in rows if row.kind == "campaign"), key=lambda row: row.at, reverse=True)
    for row in sent:
        found[row.segment].append(Use(row.title, f"/desk/campaigns/{row.key}", row.at, binds=row.at > now))
    for row in sorted((row for row in rows if row.kind != "campaign"), key=lambda row: row.key):
        segment, title = (row.segment, row.title) if row.kind == "issue" else _named(row.title)
        if segment:
            found[segment].append(Use(title or row.key, f"/desk/newsletters/{row.key}"))
    return found


def _row(kind: str, segment: Any, key: Any, title: Any, at: Any = None) -> Select[*tuple[Any, ...]]:
    at = cast(null(), Campaign.send_at.type) if at is None else at
    return select(
        literal(kind).label("kind"),
        segment.label("segment"),
        key.label("key"),
        cast(title, Text).label("title"),
        at.label("at"),
    )


def _sent() -> Select[*tuple[Any, ...]]:
    rows = _row("campaign", Campaign.segment, cast(Campaign.id, String), Campaign.subject, Campaign.send_at)
    return rows.where(Campaign.cancelled_at.is_(None))


def _of_files() -> Select[*tuple[Any, ...]]:
    """Newsletters that are files."""
    piece = and_(Piece.kind == "issue", Piece.slug == Issue.slug)
    here = and_(or_(Piece.home.is_(None), Piece.home != DESK), Piece.removed_at.is_(None))
    return _row("issue", Issue.segment, Issue.slug, Issue.subject).outerjoin(Piece, piece).where(here)


def _at_desk() -> Select[*tuple[Any, ...]]:
    """Those at the desk, by what they say now: the beginning of their text in place of a title."""
    last = (
        select(func.max(Version.number))
        .where(Version.piece_id == Piece.id, Version.language == "")
        .correlate(Piece)
        .scalar_subquery()
    )
    words = and_(Version.piece_id == Piece.id, Version.language == "", Version.number == last)
    rows = _row("draft", literal(""), Piece.slug, func.substr(Version.text, 1, HEAD)).select_from(Piece)
    return rows.join(Version, words).where(Piece.kind == "issue", Piece.home == DESK, Piece.removed_at.is_(None))


def _named(text: str) -> tuple[str, str]:
    """The segment and the subject that a newsletter's front matter names, each "" if it names none."""
    front = _FRONT.match(text)
    said = dict(_KEYS.findall(front[1])) if front else {}
    return said.get("segment", ""), said.get("subject", "")
