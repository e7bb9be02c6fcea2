"""The public archive of newsletters."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, or_, select

from portal.config import settings
from portal.db import db
from portal.jobs.models import Posting
from portal.jobs.queries.states import is_open
from portal.languages import current
from portal.newsletter.models import Campaign, Edition, Issue
from portal.staff.models import House

_OPENING = re.compile(r"<!--opening:([a-z0-9 -]+)-->(.*?)<!--/opening-->", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Letter:
    """A newsletter as it stands in the archive, in the words of `language`; `page` only where it is to be read."""

    slug: str
    subject: str
    preview: str
    send_at: datetime
    language: str
    page: str = ""

    @property
    def foreign(self) -> bool:
        """Not in the language that is spoken now: the page says so."""
        return self.language != current()


def _shown(now: datetime) -> ColumnElement[bool]:
    """Went out to members, if only to some: not while only we ourselves were reached."""
    live = select(House.id).where(House.live_at <= Campaign.send_at).correlate(Campaign).exists()
    gone_out = or_(Campaign.cancelled_at.is_(None), Campaign.cancelled_at > Campaign.send_at)
    return and_(Campaign.send_at <= now, gone_out, live)


def latest(now: datetime, limit: int = 50) -> Sequence[Letter]:
    """Issues that went out, newest first. Each once, however many segments."""
    first = select(func.min(Campaign.id)).where(_shown(now)).group_by(Campaign.issue_id)
    rows = _letters().where(Campaign.id.in_(first)).order_by(Campaign.send_at.desc()).limit(limit)
    return [_letter(row) for row in db.session.execute(rows)]


def archived(slug: str, now: datetime) -> Letter | None:
    """The first campaign of an issue that went out, or None."""
    rows = _letters().add_columns(func.coalesce(Edition.page, Campaign.page).label("page"))
    row = db.session.execute(rows.where(Issue.slug == slug, _shown(now)).order_by(Campaign.id).limit(1)).first()
    return replace(_letter(row), page=_while_open(row.page, now)) if row else None


def _while_open(page: str, now: datetime) -> str:
    """The page without openings that are over (`emails.while_open`)."""
    named = {slug for found in _OPENING.finditer(page) for slug in found[1].split()}
    still = (
        set(db.session.scalars(select(Posting.slug).where(Posting.slug.in_(named), is_open(now)))) if named else set()
    )
    return _OPENING.sub(lambda found: "" if still.isdisjoint(found[1].split()) else found[2], page)


def _letters() -> Select[str, str, str, datetime, bool]:
    """In the language that is spoken now, where there is a translation."""
    mine = and_(Edition.campaign_id == Campaign.id, Edition.language == current(), Edition.translated)
    return (
        select(
            Issue.slug,
            func.coalesce(Edition.subject, Campaign.subject).label("subject"),
            func.coalesce(Edition.preview, Issue.preview).label("preview"),
            Campaign.send_at,
            Edition.translated,
        )
        .join(Issue, Issue.id == Campaign.issue_id)
        .outerjoin(Edition, mine)
    )


def _letter(row: Any) -> Letter:
    language = current() if row.translated else settings().language
    return Letter(row.slug, row.subject, row.preview, row.send_at, language)
